/*
 * Runs a serialized HloModuleProto: what a NEFF of the fake neuronx-cc holds after "FAKEHLO1".
 * As many operations as an encoder needs; everything is computed in fp32 and rounded to the type
 * that the module says.
 */
#include "fake_nrt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RANK 4
#define MAX_OPERANDS 4

enum element { F16 = 10, F32 = 11, BF16_ELEMENT = 16 };

struct span {
  const unsigned char *at, *end;
};

struct shape {
  int element, rank;
  size_t size[MAX_RANK];
};

struct instruction {
  char opcode[16];
  struct shape shape;
  int64_t id, operand[MAX_OPERANDS], dimension[MAX_RANK], start[MAX_RANK], called;
  int64_t left_axis, right_axis;
  int operands, dimensions, slices, batch_axes;
  int64_t parameter;
  char io_name[64];
  float *literal;
  size_t last_use; /* the last instruction that reads it */
};

struct hlo {
  struct program program;
  struct instruction *instructions;
  size_t count;
  int64_t root;
  int io_of_parameter[8];
  char names[8][64];
  int64_t maximum_computation;
};

/* Protocol buffers */

static uint64_t varint(struct span *s) {
  uint64_t v = 0;
  for (int shift = 0; s->at < s->end && shift < 64; shift += 7) {
    unsigned char b = *s->at++;
    v |= (uint64_t)(b & 127) << shift;
    if (b < 128) return v;
  }
  return v;
}

/* The next field; its bytes in value, or its number in number. Returns 0 at the end. */
static int field(struct span *s, struct span *value, uint64_t *number) {
  if (s->at >= s->end) return 0;
  uint64_t tag = varint(s), length;
  *value = (struct span){s->at, s->at};
  switch (tag & 7) {
    case 0:
      *number = varint(s);
      break;
    case 2:
      length = varint(s);
      if (length > (uint64_t)(s->end - s->at)) return 0;
      *value = (struct span){s->at, s->at + length};
      s->at += length;
      break;
    case 5: s->at += 4; break;
    case 1: s->at += 8; break;
    default: return 0;
  }
  return (int)(tag >> 3);
}

static int numbers(struct span s, int64_t *to, int most) {
  int count = 0;
  while (s.at < s.end && count < most) to[count++] = (int64_t)varint(&s);
  return count;
}

static void text(struct span s, char *to, size_t size) {
  size_t length = (size_t)(s.end - s.at);
  if (length >= size) length = size - 1;
  memcpy(to, s.at, length);
  to[length] = 0;
}

static struct shape read_shape(struct span s) {
  struct shape shape = {0};
  struct span value;
  uint64_t number = 0;
  int64_t sizes[MAX_RANK];
  for (int f; (f = field(&s, &value, &number));) {
    if (f == 2) shape.element = (int)number;
    if (f == 3) {
      shape.rank = numbers(value, sizes, MAX_RANK);
      for (int i = 0; i < shape.rank; i++) shape.size[i] = (size_t)sizes[i];
    }
  }
  return shape;
}

static size_t elements(const struct shape *shape) {
  size_t count = 1;
  for (int i = 0; i < shape->rank; i++) count *= shape->size[i];
  return count;
}

static enum type type_of(int element) {
  return element == F16 ? FP16 : element == BF16_ELEMENT ? BF16 : FP32;
}

static float *read_literal(struct span s, const struct shape *shape) {
  struct span value;
  uint64_t number;
  size_t count = elements(shape), bytes = shape->element == F32 ? 4 : 2;
  int payload = shape->element == F32 ? 8 : shape->element == F16 ? 11 : 13;
  for (int f; (f = field(&s, &value, &number));) {
    if (f != payload || (size_t)(value.end - value.at) != count * bytes) continue;
    float *values = malloc(count * sizeof(float) + 4);
    unsigned char element[4];
    for (size_t i = 0; i < count; i++) {
      memcpy(element, value.at + i * bytes, bytes);
      values[i] = get_element(element, type_of(shape->element), 0);
    }
    return values;
  }
  return NULL;
}

/* The first value of the map in FrontendAttributes. */
static void read_attribute(struct span s, char *to, size_t size) {
  struct span entry, value;
  uint64_t number;
  if (field(&s, &entry, &number) != 1) return;
  for (int f; (f = field(&entry, &value, &number));) {
    if (f == 2) text(value, to, size);
  }
}

static void read_dot(struct span s, struct instruction *op) {
  struct span value;
  uint64_t number;
  int64_t axes[MAX_RANK];
  for (int f; (f = field(&s, &value, &number));) {
    int count = numbers(value, axes, MAX_RANK);
    if (f == 1) op->left_axis = axes[0];
    if (f == 2) op->right_axis = axes[0];
    if (f == 3) op->batch_axes = count;
  }
}

static int64_t read_start(struct span s) {
  struct span value;
  uint64_t number = 0;
  int64_t start = 0;
  for (int f; (f = field(&s, &value, &number));) {
    if (f == 1) start = (int64_t)number;
  }
  return start;
}

static struct instruction read_instruction(struct span s) {
  struct instruction op = {0};
  struct span value, literal = {0};
  uint64_t number = 0;
  for (int f; (f = field(&s, &value, &number));) {
    switch (f) {
      case 2: text(value, op.opcode, sizeof op.opcode); break;
      case 3: op.shape = read_shape(value); break;
      case 8: literal = value; break;
      case 9: op.parameter = (int64_t)number; break;
      case 14: op.dimensions = numbers(value, op.dimension, MAX_RANK); break;
      case 17:
        if (op.slices < MAX_RANK) op.start[op.slices++] = read_start(value);
        break;
      case 30: read_dot(value, &op); break;
      case 35: op.id = (int64_t)number; break;
      case 36: op.operands = numbers(value, op.operand, MAX_OPERANDS); break;
      case 38: numbers(value, &op.called, 1); break;
      case 68: read_attribute(value, op.io_name, sizeof op.io_name); break;
      default: break;
    }
  }
  if (literal.at) op.literal = read_literal(literal, &op.shape);
  return op;
}

/* Evaluation */

static void next(size_t *index, const struct shape *shape) {
  for (int axis = shape->rank - 1; axis >= 0; axis--) {
    if (++index[axis] < shape->size[axis]) return;
    index[axis] = 0;
  }
}

static size_t flat(const size_t *index, const struct shape *shape) {
  size_t at = 0;
  for (int axis = 0; axis < shape->rank; axis++) at = at * shape->size[axis] + index[axis];
  return at;
}

static float apply(const char *opcode, float a, float b) {
  if (!strcmp(opcode, "add")) return a + b;
  if (!strcmp(opcode, "subtract")) return a - b;
  if (!strcmp(opcode, "multiply")) return a * b;
  if (!strcmp(opcode, "divide")) return a / b;
  if (!strcmp(opcode, "maximum")) return a > b ? a : b;
  if (!strcmp(opcode, "exponential")) return expf(a);
  if (!strcmp(opcode, "tanh")) return tanhf(a);
  if (!strcmp(opcode, "erf")) return erff(a);
  if (!strcmp(opcode, "rsqrt")) return 1 / sqrtf(a);
  return NAN;
}

static void elementwise(const struct instruction *op, const float *a, const float *b, float *to) {
  size_t count = elements(&op->shape);
  switch (op->opcode[0]) { /* the common ones without a call an element */
    case 'a': for (size_t i = 0; i < count; i++) to[i] = a[i] + b[i]; return;
    case 's': for (size_t i = 0; i < count; i++) to[i] = a[i] - b[i]; return;
    case 'd': for (size_t i = 0; i < count; i++) to[i] = a[i] / b[i]; return;
    default: break;
  }
  if (!strcmp(op->opcode, "multiply")) {
    for (size_t i = 0; i < count; i++) to[i] = a[i] * b[i];
    return;
  }
  for (size_t i = 0; i < count; i++) to[i] = apply(op->opcode, a[i], b ? b[i] : 0);
}

static void broadcast(const struct instruction *op, const struct shape *from, const float *a,
                      float *to) {
  size_t count = elements(&op->shape), index[MAX_RANK] = {0};
  for (size_t i = 0; i < count; i++) {
    size_t at = 0;
    for (int axis = 0; axis < from->rank; axis++) {
      at = at * from->size[axis] + index[op->dimension[axis]];
    }
    to[i] = a[at];
    next(index, &op->shape);
  }
}

static void transpose(const struct instruction *op, const struct shape *from, const float *a,
                      float *to) {
  size_t count = elements(&op->shape), index[MAX_RANK] = {0}, source[MAX_RANK] = {0};
  for (size_t i = 0; i < count; i++) {
    for (int axis = 0; axis < from->rank; axis++) source[op->dimension[axis]] = index[axis];
    to[i] = a[flat(source, from)];
    next(index, &op->shape);
  }
}

static void slice(const struct instruction *op, const struct shape *from, const float *a,
                  float *to) {
  size_t count = elements(&op->shape), index[MAX_RANK] = {0}, source[MAX_RANK] = {0};
  for (size_t i = 0; i < count; i++) {
    for (int axis = 0; axis < from->rank; axis++) {
      source[axis] = index[axis] + (size_t)op->start[axis];
    }
    to[i] = a[flat(source, from)];
    next(index, &op->shape);
  }
}

/* Over the last axis, which is all that the encoder needs. */
static int reduce(const struct hlo *h, const struct instruction *op, const struct shape *from,
                  const float *a, const float *start, float *to) {
  if (op->dimension[0] != from->rank - 1) return -1;
  size_t inner = from->size[from->rank - 1], count = elements(&op->shape);
  for (size_t i = 0; i < count; i++) {
    double sum = *start;
    for (size_t j = 0; j < inner; j++) {
      float value = a[i * inner + j];
      sum = op->called == h->maximum_computation ? (sum > value ? sum : value) : sum + value;
    }
    to[i] = (float)sum;
  }
  return 0;
}

static int dot(const struct instruction *op, const struct shape *left, const float *a,
               const struct shape *right, const float *b, float *to) {
  int batch_axes = op->batch_axes;
  size_t batches = 1;
  for (int i = 0; i < batch_axes; i++) batches *= left->size[i];
  if (op->left_axis != batch_axes + 1) return -1;
  size_t rows = left->size[batch_axes], inner = left->size[batch_axes + 1];
  int transposed = op->right_axis == batch_axes + 1;
  size_t columns = right->size[batch_axes + (transposed ? 0 : 1)];
  float *plain = transposed ? malloc(inner * columns * sizeof(float)) : NULL;
  for (size_t i = 0; i < batches; i++) {
    const float *r = b + i * inner * columns;
    if (transposed) {
      for (size_t j = 0; j < columns; j++) {
        for (size_t k = 0; k < inner; k++) plain[k * columns + j] = r[j * inner + k];
      }
      r = plain;
    }
    matmul(a + i * rows * inner, r, to + i * rows * columns, rows, inner, columns);
  }
  free(plain);
  return 0;
}

static size_t position(const struct hlo *h, int64_t id) {
  return (size_t)(id - h->instructions[0].id); /* ids are dense; checked when parsed */
}

static int evaluate(const struct hlo *h, const struct instruction *op, float **values, float *to) {
  const float *operand[MAX_OPERANDS] = {0};
  const struct shape *shape[MAX_OPERANDS] = {0};
  for (int i = 0; i < op->operands; i++) {
    size_t at = position(h, op->operand[i]);
    operand[i] = h->instructions[at].literal ? h->instructions[at].literal : values[at];
    shape[i] = &h->instructions[at].shape;
  }
  int status = 0;
  if (!strcmp(op->opcode, "convert") || !strcmp(op->opcode, "reshape")) {
    memcpy(to, operand[0], elements(&op->shape) * sizeof(float));
  } else if (!strcmp(op->opcode, "broadcast")) {
    broadcast(op, shape[0], operand[0], to);
  } else if (!strcmp(op->opcode, "transpose")) {
    transpose(op, shape[0], operand[0], to);
  } else if (!strcmp(op->opcode, "slice")) {
    slice(op, shape[0], operand[0], to);
  } else if (!strcmp(op->opcode, "reduce")) {
    status = reduce(h, op, shape[0], operand[0], operand[1], to);
  } else if (!strcmp(op->opcode, "dot")) {
    status = dot(op, shape[0], operand[0], shape[1], operand[1], to);
  } else {
    elementwise(op, operand[0], operand[1], to);
  }
  round_to(to, elements(&op->shape), type_of(op->shape.element));
  return status;
}

static int run(struct program *self, void **buffers) {
  const struct hlo *h = (const struct hlo *)self;
  float **values = calloc(h->count, sizeof *values);
  int status = 0;
  for (size_t i = 0; i < h->count && status == 0; i++) {
    const struct instruction *op = &h->instructions[i];
    size_t count = elements(&op->shape);
    if (op->id == h->root) {
      size_t result = position(h, op->operand[0]);
      const struct instruction *last = &h->instructions[result];
      memcpy(buffers[self->io_count - 1], values[result], elements(&last->shape) * sizeof(float));
    } else if (!strcmp(op->opcode, "parameter")) {
      values[i] = malloc(count * sizeof(float));
      const void *buffer = buffers[h->io_of_parameter[op->parameter]];
      for (size_t j = 0; j < count; j++) {
        values[i][j] = get_element(buffer, type_of(op->shape.element), j);
      }
    } else if (!op->literal) {
      values[i] = malloc(count * sizeof(float) + 4);
      status = evaluate(h, op, values, values[i]);
    }
    for (int j = 0; j < op->operands; j++) {
      size_t at = position(h, op->operand[j]);
      if (h->instructions[at].last_use == i) {
        free(values[at]);
        values[at] = NULL;
      }
    }
  }
  for (size_t i = 0; i < h->count; i++) free(values[i]);
  free(values);
  return status;
}

static void destroy(struct program *self) {
  struct hlo *h = (struct hlo *)self;
  for (size_t i = 0; i < h->count; i++) free(h->instructions[i].literal);
  free(h->instructions);
  free(h);
}

/* Parsing */

static int read_entry(struct hlo *h, struct span s) {
  struct span value, again = s;
  uint64_t number = 0;
  for (int f; (f = field(&s, &value, &number));) {
    if (f == 2) h->count++;
    if (f == 6) h->root = (int64_t)number;
  }
  h->instructions = calloc(h->count + 1, sizeof *h->instructions);
  size_t at = 0;
  for (int f; (f = field(&again, &value, &number));) {
    if (f == 2) h->instructions[at++] = read_instruction(value);
  }
  for (size_t i = 0; i < h->count; i++) {
    struct instruction *op = &h->instructions[i];
    if (op->id != h->instructions[0].id + (int64_t)i) return -1;
    if (!strcmp(op->opcode, "constant") && !op->literal) return -1;
    for (int j = 0; j < op->operands; j++) {
      int64_t from = op->operand[j] - h->instructions[0].id;
      if (from < 0 || from >= (int64_t)i) return -1;
      h->instructions[from].last_use = i;
    }
  }
  return 0;
}

static void add_io(struct hlo *h, const struct instruction *op, const struct shape *shape,
                   int output) {
  struct program *p = &h->program;
  int at = p->io_count++;
  strcpy(h->names[at], op->io_name);
  size_t bytes = elements(shape) * (shape->element == F32 ? 4 : 2);
  p->io[at] = (struct io_info){h->names[at], output, bytes};
  if (!output) h->io_of_parameter[op->parameter] = at;
}

static int read_module(struct hlo *h, struct span s) {
  struct span value, inner;
  uint64_t number = 0, entry = 0, id;
  struct span copy = s;
  for (int f; (f = field(&copy, &value, &number));) {
    if (f == 6) entry = number;
  }
  int status = -1;
  for (int f; (f = field(&s, &value, &number));) {
    if (f != 3) continue;
    inner = value;
    id = 0;
    struct span part;
    char name[64] = "";
    for (int g; (g = field(&inner, &part, &number));) {
      if (g == 1) text(part, name, sizeof name);
      if (g == 5) id = number;
    }
    if (strstr(name, "maximum")) h->maximum_computation = (int64_t)id;
    if (id == entry) status = read_entry(h, value);
  }
  return status;
}

struct program *hlo_program(const unsigned char *data, size_t size) {
  if (size < 8 || memcmp(data, "FAKEHLO1", 8) != 0) return NULL;
  struct hlo *h = calloc(1, sizeof *h);
  h->program.run = run;
  h->program.destroy = destroy;
  if (read_module(h, (struct span){data + 8, data + size}) != 0) {
    destroy(&h->program);
    return NULL;
  }
  for (size_t i = 0; i < h->count; i++) {
    const struct instruction *op = &h->instructions[i];
    if (!strcmp(op->opcode, "parameter") && op->parameter < 7) add_io(h, op, &op->shape, 0);
    if (op->id == h->root) {
      add_io(h, op, &h->instructions[position(h, op->operand[0])].shape, 1);
    }
  }
  return &h->program;
}
