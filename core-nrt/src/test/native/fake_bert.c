/*
 * A plain BERT encoder with a head on the first token: what a NEFF of the tests "compiles" to.
 *
 * The payload, little-endian: "FAKEBERT", then u32 batch, length, hidden, layers, heads,
 * intermediate, type, activation, f32 epsilon, u32 head layers, for each of them u32 outputs and
 * activation, and then all weights in fp32: a layer's query-key-value, attention output, layer
 * norm, intermediate, output and layer norm; head layers. Activations count from 0: none, tanh,
 * relu, sigmoid, silu, gelu by erf, by tanh, by sigmoid.
 */
#include "fake_nrt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_HEAD_LAYERS 8

struct dense {
  const float *weight, *bias;
  size_t inputs, outputs;
};

struct norm {
  const float *gamma, *beta;
};

struct layer {
  struct dense qkv, attention, intermediate, output;
  struct norm attention_norm, output_norm;
};

struct bert {
  struct program program;
  uint32_t batch, length, hidden, layers, heads, intermediate, type, activation, head_count;
  float epsilon;
  uint32_t head_outputs[MAX_HEAD_LAYERS], head_activation[MAX_HEAD_LAYERS];
  struct layer *layer;
  struct dense head[MAX_HEAD_LAYERS];
  float *weights;
};

struct reader {
  const unsigned char *at;
  size_t left;
  int broken;
};

static uint32_t read_u32(struct reader *r) {
  uint32_t v = 0;
  if (r->left < 4) {
    r->broken = 1;
    return 0;
  }
  memcpy(&v, r->at, 4);
  r->at += 4;
  r->left -= 4;
  return v;
}

static float activate(float x, uint32_t activation) {
  switch (activation) {
    case 1: return tanhf(x);
    case 2: return x > 0 ? x : 0;
    case 3: return 1 / (1 + expf(-x));
    case 4: return x / (1 + expf(-x));
    case 5: return 0.5f * x * (1 + erff(x * 0.70710678f));
    case 6: return 0.5f * x * (1 + tanhf(0.79788456f * (x + 0.044715f * x * x * x)));
    case 7: return x / (1 + expf(-1.702f * x));
    default: return x;
  }
}

/* Where rounded, the multiplication sees inputs of the NEFF's type; the head is fp32. */
static void dense(const struct bert *b, const struct dense *d, const float *x, float *y,
                  size_t rows, int rounded) {
  float *copy = malloc(rows * d->inputs * sizeof(float));
  memcpy(copy, x, rows * d->inputs * sizeof(float));
  if (rounded) round_to(copy, rows * d->inputs, b->type);
  matmul(copy, d->weight, y, rows, d->inputs, d->outputs);
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < d->outputs; j++) y[i * d->outputs + j] += d->bias[j];
  }
  free(copy);
}

static void add_and_norm(const struct bert *b, const struct norm *n, float *x, const float *y,
                         size_t rows) {
  size_t h = b->hidden;
  for (size_t i = 0; i < rows; i++) {
    float *row = x + i * h;
    double mean = 0, variance = 0;
    for (size_t j = 0; j < h; j++) mean += row[j] += y[i * h + j];
    mean /= h;
    for (size_t j = 0; j < h; j++) variance += (row[j] - mean) * (row[j] - mean);
    double scale = 1 / sqrt(variance / h + b->epsilon);
    for (size_t j = 0; j < h; j++) {
      row[j] = (float)((row[j] - mean) * scale) * n->gamma[j] + n->beta[j];
    }
  }
}

/* One head of one row of the batch. */
static void attend(const struct bert *b, const float *qkv, const float *mask, float *context,
                   size_t head) {
  size_t s = b->length, h = b->hidden, d = h / b->heads;
  float *scores = malloc(s * sizeof(float));
  for (size_t i = 0; i < s; i++) {
    float most = -INFINITY, sum = 0;
    for (size_t j = 0; j < s; j++) {
      float dot = 0;
      for (size_t k = 0; k < d; k++) {
        dot += qkv[i * 3 * h + head * d + k] * qkv[j * 3 * h + h + head * d + k];
      }
      scores[j] = dot + mask[j];
      if (scores[j] > most) most = scores[j];
    }
    for (size_t j = 0; j < s; j++) sum += scores[j] = expf(scores[j] - most);
    for (size_t j = 0; j < s; j++) scores[j] /= sum;
    round_to(scores, s, b->type);
    for (size_t k = 0; k < d; k++) {
      float value = 0;
      for (size_t j = 0; j < s; j++) value += scores[j] * qkv[j * 3 * h + 2 * h + head * d + k];
      context[i * h + head * d + k] = value;
    }
  }
  free(scores);
}

static void encode(const struct bert *b, const struct layer *l, float *x, const float *mask) {
  size_t rows = b->batch * b->length, h = b->hidden;
  float *qkv = malloc(rows * 3 * h * sizeof(float));
  float *context = malloc(rows * h * sizeof(float));
  float *out = malloc(rows * h * sizeof(float));
  float *wide = malloc(rows * b->intermediate * sizeof(float));
  dense(b, &l->qkv, x, qkv, rows, 1);
  round_to(qkv, rows * 3 * h, b->type);
  for (size_t i = 0; i < b->batch; i++) {
    for (size_t head = 0; head < b->heads; head++) {
      size_t from = i * b->length;
      attend(b, qkv + from * 3 * h, mask + from, context + from * h, head);
    }
  }
  dense(b, &l->attention, context, out, rows, 1);
  add_and_norm(b, &l->attention_norm, x, out, rows);
  dense(b, &l->intermediate, x, wide, rows, 1);
  for (size_t i = 0; i < rows * b->intermediate; i++) wide[i] = activate(wide[i], b->activation);
  dense(b, &l->output, wide, out, rows, 1);
  add_and_norm(b, &l->output_norm, x, out, rows);
  free(qkv);
  free(context);
  free(out);
  free(wide);
}

static int run(struct program *self, void **buffers) {
  const struct bert *b = (const struct bert *)self;
  size_t rows = b->batch * b->length, h = b->hidden;
  float *x = malloc(rows * h * sizeof(float));
  float *mask = malloc(rows * sizeof(float));
  for (size_t i = 0; i < rows * h; i++) x[i] = get_element(buffers[0], b->type, i);
  for (size_t i = 0; i < rows; i++) mask[i] = get_element(buffers[1], b->type, i);
  for (uint32_t l = 0; l < b->layers; l++) encode(b, &b->layer[l], x, mask);
  float *y = malloc(b->batch * h * sizeof(float));
  for (size_t i = 0; i < b->batch; i++) {
    memcpy(y + i * h, x + i * b->length * h, h * sizeof(float));
  }
  for (uint32_t l = 0; l < b->head_count; l++) {
    float *z = malloc(b->batch * b->head[l].outputs * sizeof(float));
    dense(b, &b->head[l], y, z, b->batch, 0);
    for (size_t i = 0; i < b->batch * b->head[l].outputs; i++) {
      z[i] = activate(z[i], b->head_activation[l]);
    }
    free(y);
    y = z;
  }
  memcpy(buffers[2], y, b->program.io[2].size);
  free(x);
  free(mask);
  free(y);
  return 0;
}

static void destroy(struct program *self) {
  struct bert *b = (struct bert *)self;
  free(b->layer);
  free(b->weights);
  free(b);
}

static const float *take(struct reader *r, struct bert *b, size_t count, size_t *used, int round) {
  if (r->left < count * 4) {
    r->broken = 1;
    return b->weights;
  }
  float *to = b->weights + *used;
  memcpy(to, r->at, count * 4);
  if (round) round_to(to, count, b->type);
  r->at += count * 4;
  r->left -= count * 4;
  *used += count;
  return to;
}

static struct dense take_dense(struct reader *r, struct bert *b, size_t inputs, size_t outputs,
                               size_t *used, int round) {
  struct dense d = {.inputs = inputs, .outputs = outputs};
  d.weight = take(r, b, inputs * outputs, used, round);
  d.bias = take(r, b, outputs, used, 0);
  return d;
}

static struct norm take_norm(struct reader *r, struct bert *b, size_t *used) {
  struct norm n;
  n.gamma = take(r, b, b->hidden, used, 0);
  n.beta = take(r, b, b->hidden, used, 0);
  return n;
}

static void take_weights(struct reader *r, struct bert *b) {
  size_t used = 0;
  b->weights = malloc(r->left + 4);
  b->layer = calloc(b->layers, sizeof(struct layer));
  for (uint32_t i = 0; i < b->layers && !r->broken; i++) {
    struct layer *l = &b->layer[i];
    l->qkv = take_dense(r, b, b->hidden, 3 * (size_t)b->hidden, &used, 1);
    l->attention = take_dense(r, b, b->hidden, b->hidden, &used, 1);
    l->attention_norm = take_norm(r, b, &used);
    l->intermediate = take_dense(r, b, b->hidden, b->intermediate, &used, 1);
    l->output = take_dense(r, b, b->intermediate, b->hidden, &used, 1);
    l->output_norm = take_norm(r, b, &used);
  }
  size_t inputs = b->hidden;
  for (uint32_t i = 0; i < b->head_count && !r->broken; i++) {
    b->head[i] = take_dense(r, b, inputs, b->head_outputs[i], &used, 0);
    inputs = b->head_outputs[i];
  }
  if (r->left != 0) r->broken = 1;
}

struct program *bert_program(const unsigned char *data, size_t size) {
  struct reader r = {data + 8, size - 8, 0};
  if (size < 8 || memcmp(data, "FAKEBERT", 8) != 0) return NULL;
  struct bert *b = calloc(1, sizeof(*b));
  uint32_t *fields[] = {&b->batch, &b->length, &b->hidden, &b->layers,
                        &b->heads, &b->intermediate, &b->type, &b->activation};
  for (int i = 0; i < 8; i++) *fields[i] = read_u32(&r);
  uint32_t epsilon = read_u32(&r);
  memcpy(&b->epsilon, &epsilon, 4);
  b->head_count = read_u32(&r);
  if (b->head_count < 1 || b->head_count > MAX_HEAD_LAYERS || b->layers > 1000) r.broken = 1;
  for (uint32_t i = 0; i < b->head_count && !r.broken; i++) {
    b->head_outputs[i] = read_u32(&r);
    b->head_activation[i] = read_u32(&r);
  }
  if (!r.broken) take_weights(&r, b);
  if (r.broken) {
    destroy(&b->program);
    return NULL;
  }
  size_t element = b->type == FP32 ? 4 : 2, rows = (size_t)b->batch * b->length;
  struct program *p = &b->program;
  p->io_count = 3;
  p->io[0] = (struct io_info){"embeddings", 0, rows * b->hidden * element};
  p->io[1] = (struct io_info){"mask_bias", 0, rows * element};
  p->io[2] = (struct io_info){"logits", 1, (size_t)b->batch * b->head_outputs[b->head_count - 1] * 4};
  p->run = run;
  p->destroy = destroy;
  return p;
}
