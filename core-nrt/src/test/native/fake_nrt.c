/*
 * A libnrt that works without a device: the same functions, tensors on the host, NEFFs whose
 * payload it can run itself. It fails on demand and aborts loudly where it is misused.
 *
 * Settings are "key=value,key=value": from GANGLION_FAKE_NRT when nrt_init is called, and from
 * fake_nrt_configure at any time, which replaces them all.
 *
 *   cores=4            NeuronCores of the machine
 *   seed=1             of the injected failures
 *   delay_us=0         time of one execution
 *   queue_full=0       part of executions that answer QUEUE_FULL
 *   busy=0             ... EXEC_NC_BUSY
 *   core_failure=0     ... HW_ERROR, after which that loaded model does nothing but fail
 *   nan=0              part of executions that give NaN and EXEC_COMPLETED_WITH_NUM_ERR
 *   false_nan=0        ... that report NaN and give none
 *   status=5 every=100 each so many-th execution answers this code
 *   lost_core=-1 lost_after=0   a core that is gone for good after so many executions on it
 *   init_status=0 load_status=0 allocate_status=0 write_status=0 read_status=0
 *                      what those calls answer
 *
 * Built with -DOLD it lacks the functions that the vendor's older libraries lack.
 */
#define _GNU_SOURCE
#include "fake_nrt.h"

#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXPORT __attribute__((visibility("default")))
#define MAX_CORES 64
#define MAX_NAME 256

enum {
  SUCCESS = 0,
  INVALID = 2,
  HW_ERROR = 6,
  QUEUE_FULL = 7,
  UNSUPPORTED_NEFF_VERSION = 10,
  UNINITIALIZED = 13,
  NUMERICAL = 1003,
  BUSY = 1005
};

enum kind { MODEL = 0x4d4f444c, TENSOR = 0x54454e53, SET = 0x53455420 };

/* Handles are never given back to the allocator, so that a stale one is always recognised. */
struct handle {
  enum kind kind;
  int live;
};

struct model {
  struct handle handle;
  struct program *program;
  int core;
  int broken;
  int executing;
};

struct tensor {
  struct handle handle;
  int core;
  size_t size;
  unsigned char *data;
  int sets;
  int executing;
};

struct entry {
  char name[MAX_NAME];
  struct tensor *tensor;
};

struct set {
  struct handle handle;
  int count;
  struct entry entries[8];
};

struct settings {
  int cores, delay_us, status, every, lost_core, lost_after;
  int init_status, load_status, allocate_status, write_status, read_status;
  uint64_t seed;
  double queue_full, busy, core_failure, nan, false_nan;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t core_lock[MAX_CORES];
static struct settings settings;
static int initialised, loading, closed_before;
static long executions, injected_queue_full, injected_core_failures, loads;
static long live_models, live_tensors, live_sets, most_in_flight;
static long allocated_tensors, allocated_sets;
static long core_executions[MAX_CORES], core_in_flight[MAX_CORES];
static uint64_t random_state;

static void misuse(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "fake libnrt: misuse: ");
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\n");
  fflush(stderr);
  abort();
}

static void *live(void *pointer, enum kind kind, const char *call) {
  struct handle *handle = pointer;
  if (!initialised) misuse("%s outside of nrt_init and nrt_close", call);
  if (handle == NULL) misuse("%s got a null handle", call);
  if (handle->kind != kind) misuse("%s got a handle of another kind", call);
  if (!handle->live) misuse("%s after free", call);
  return pointer;
}

/* xorshift, under the lock */
static int happens(double part) {
  if (part <= 0) return 0;
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (random_state >> 11) * 0x1p-53 < part;
}

static double setting(const char *text, const char *key, double otherwise) {
  size_t length = strlen(key);
  for (const char *at = text; at && *at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
    if (strncmp(at, key, length) == 0 && at[length] == '=') return atof(at + length + 1);
  }
  return otherwise;
}

EXPORT void fake_nrt_configure(const char *text) {
  pthread_mutex_lock(&lock);
  settings = (struct settings){
      .cores = (int)setting(text, "cores", 4),
      .seed = (uint64_t)setting(text, "seed", 1),
      .delay_us = (int)setting(text, "delay_us", 0),
      .queue_full = setting(text, "queue_full", 0),
      .busy = setting(text, "busy", 0),
      .core_failure = setting(text, "core_failure", 0),
      .nan = setting(text, "nan", 0),
      .false_nan = setting(text, "false_nan", 0),
      .status = (int)setting(text, "status", 0),
      .every = (int)setting(text, "every", 1),
      .lost_core = (int)setting(text, "lost_core", -1),
      .lost_after = (int)setting(text, "lost_after", 0),
      .init_status = (int)setting(text, "init_status", 0),
      .load_status = (int)setting(text, "load_status", 0),
      .allocate_status = (int)setting(text, "allocate_status", 0),
      .write_status = (int)setting(text, "write_status", 0),
      .read_status = (int)setting(text, "read_status", 0),
  };
  if (settings.cores > MAX_CORES) settings.cores = MAX_CORES;
  random_state = settings.seed * 0x9e3779b97f4a7c15u + 1;
  executions = injected_queue_full = injected_core_failures = loads = most_in_flight = 0;
  allocated_tensors = allocated_sets = 0;
  memset(core_executions, 0, sizeof core_executions);
  pthread_mutex_unlock(&lock);
}

EXPORT long fake_nrt_counter(const char *name) {
  pthread_mutex_lock(&lock);
  long value = !strcmp(name, "executions")       ? executions
               : !strcmp(name, "queue_full")     ? injected_queue_full
               : !strcmp(name, "core_failures")  ? injected_core_failures
               : !strcmp(name, "loads")          ? loads
               : !strcmp(name, "live_models")    ? live_models
               : !strcmp(name, "live_tensors")   ? live_tensors
               : !strcmp(name, "live_sets")      ? live_sets
               : !strcmp(name, "most_in_flight") ? most_in_flight
               : !strcmp(name, "allocated_tensors") ? allocated_tensors
               : !strcmp(name, "allocated_sets") ? allocated_sets
               : !strcmp(name, "initialised")    ? initialised
                                                 : -1;
  pthread_mutex_unlock(&lock);
  return value;
}

#ifndef OLD
EXPORT int nrt_get_version(void *version, size_t size) {
  uint64_t *numbers = version;
  if (size < 224) return INVALID;
  memset(version, 0, 224);
  numbers[0] = 2;
  numbers[3] = 1;
  strcpy((char *)version + 32, "fake");
  return SUCCESS;
}
#endif

static int visible_cores(void) {
  const char *visible = getenv("NEURON_RT_VISIBLE_CORES");
  const char *number = getenv("NEURON_RT_NUM_CORES");
  int first, last;
  if (visible && *visible) {
    int fields = sscanf(visible, "%d-%d", &first, &last);
    if (fields == 2) return last < settings.cores ? last - first + 1 : 0;
    return fields == 1 && first < settings.cores ? 1 : 0;
  }
  if (number && atoi(number) > 0) return atoi(number) <= settings.cores ? atoi(number) : 0;
  return settings.cores;
}

EXPORT int nrt_init(int framework, const char *version, const char *fal) {
  (void)framework, (void)version, (void)fal;
  if (initialised) misuse("nrt_init twice");
  static int configured;
  const char *text = getenv("GANGLION_FAKE_NRT");
  if (!configured && (text || settings.cores == 0)) fake_nrt_configure(text ? text : "");
  configured = 1;
  for (int i = 0; i < MAX_CORES; i++) pthread_mutex_init(&core_lock[i], NULL);
  if (settings.init_status) return settings.init_status;
  if (visible_cores() == 0) return 9;
  initialised = 1;
  return SUCCESS;
}

EXPORT void nrt_close(void) {
  if (!initialised) misuse(closed_before ? "nrt_close twice" : "nrt_close without nrt_init");
  if (live_models || live_tensors || live_sets) {
    misuse("nrt_close with %ld models, %ld tensors and %ld sets alive", live_models, live_tensors,
           live_sets);
  }
  initialised = 0;
  closed_before = 1;
}

EXPORT int nrt_get_visible_nc_count(uint32_t *count) {
  *count = (uint32_t)visible_cores();
  return SUCCESS;
}

static int lost(int core) {
  return core == settings.lost_core && core_executions[core] >= settings.lost_after;
}

static struct program *parse(const unsigned char *bytes, size_t size) {
  const size_t header = 1024;
  uint64_t header_size, data_size;
  if (size < header) return NULL;
  memcpy(&header_size, bytes + 8, 8);
  memcpy(&data_size, bytes + 16, 8);
  if (header_size != header || data_size != size - header) return NULL;
  struct program *program = bert_program(bytes + header, size - header);
  return program ? program : hlo_program(bytes + header, size - header);
}

EXPORT int nrt_load(const void *neff, size_t size, int32_t core, int32_t count, void **model) {
  pthread_mutex_lock(&lock);
  if (!initialised) misuse("nrt_load outside of nrt_init and nrt_close");
  if (loading) misuse("two loads at the same time");
  if (count != -1) misuse("nrt_load with vnc_count %d", count);
  loading = 1;
  int gone = core >= 0 && core < visible_cores() && lost(core);
  pthread_mutex_unlock(&lock);
  nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL); /* long enough to catch a second load */
  int status = core < 0 || core >= visible_cores() ? INVALID
               : settings.load_status              ? settings.load_status
               : gone                              ? HW_ERROR
                                                   : SUCCESS;
  struct program *program = status == SUCCESS ? parse(neff, size) : NULL;
  if (status == SUCCESS && program == NULL) status = INVALID;
  pthread_mutex_lock(&lock);
  loading = 0;
  if (status == SUCCESS) {
    struct model *m = calloc(1, sizeof *m);
    *m = (struct model){.handle = {MODEL, 1}, .program = program, .core = core};
    *model = m;
    live_models++;
    loads++;
  }
  pthread_mutex_unlock(&lock);
  return status;
}

EXPORT int nrt_unload(void *model) {
  pthread_mutex_lock(&lock);
  struct model *m = live(model, MODEL, "nrt_unload");
  if (m->executing) misuse("nrt_unload while executing");
  m->handle.live = 0;
  m->program->destroy(m->program);
  live_models--;
  pthread_mutex_unlock(&lock);
  return SUCCESS;
}

struct tensor_info {
  char name[MAX_NAME];
  int32_t usage;
  uint64_t size;
  int32_t dtype;
  uint32_t *shape;
  uint32_t ndim;
};

struct tensor_info_array {
  uint64_t count;
  struct tensor_info tensors[];
};

EXPORT int nrt_get_model_tensor_info(void *model, struct tensor_info_array **result) {
  struct model *m = live(model, MODEL, "nrt_get_model_tensor_info");
  int count = m->program->io_count;
  struct tensor_info_array *array = calloc(1, sizeof *array + count * sizeof array->tensors[0]);
  array->count = (uint64_t)count;
  for (int i = 0; i < count; i++) {
    const struct io_info *io = &m->program->io[i];
    snprintf(array->tensors[i].name, MAX_NAME, "%s", io->name);
    array->tensors[i].usage = io->output;
    array->tensors[i].size = io->size;
    array->tensors[i].dtype = 99; /* the numbers have changed between releases: nobody may look */
  }
  *result = array;
  return SUCCESS;
}

EXPORT int nrt_free_model_tensor_info(struct tensor_info_array *array) {
  free(array);
  return SUCCESS;
}

EXPORT int nrt_allocate_tensor_set(void **result) {
  pthread_mutex_lock(&lock);
  if (!initialised) misuse("nrt_allocate_tensor_set outside of nrt_init and nrt_close");
  struct set *s = calloc(1, sizeof *s);
  s->handle = (struct handle){SET, 1};
  *result = s;
  live_sets++;
  allocated_sets++;
  pthread_mutex_unlock(&lock);
  return SUCCESS;
}

EXPORT void nrt_destroy_tensor_set(void **set) {
  pthread_mutex_lock(&lock);
  struct set *s = live(*set, SET, "nrt_destroy_tensor_set");
  for (int i = 0; i < s->count; i++) {
    if (!s->entries[i].tensor->handle.live) misuse("a tensor was freed before its set");
    if (s->entries[i].tensor->executing) misuse("nrt_destroy_tensor_set while executing");
    s->entries[i].tensor->sets--;
  }
  s->handle.live = 0;
  *set = NULL;
  live_sets--;
  pthread_mutex_unlock(&lock);
}

EXPORT int nrt_add_tensor_to_tensor_set(void *set, const char *name, void *tensor) {
  pthread_mutex_lock(&lock);
  struct set *s = live(set, SET, "nrt_add_tensor_to_tensor_set");
  struct tensor *t = live(tensor, TENSOR, "nrt_add_tensor_to_tensor_set");
  if (s->count == 8) misuse("more than 8 tensors in a set");
  snprintf(s->entries[s->count].name, MAX_NAME, "%s", name);
  s->entries[s->count++].tensor = t;
  t->sets++;
  pthread_mutex_unlock(&lock);
  return SUCCESS;
}

EXPORT int nrt_tensor_allocate(int placement, int core, size_t size, const char *name, void **result) {
  (void)name;
  pthread_mutex_lock(&lock);
  if (!initialised) misuse("nrt_tensor_allocate outside of nrt_init and nrt_close");
  if (placement != 0) misuse("a tensor of placement %d: only the device is left", placement);
  if (core < 0 || core >= visible_cores()) misuse("a tensor on core %d", core);
  if (size == 0) misuse("an empty tensor");
  if (settings.allocate_status) {
    pthread_mutex_unlock(&lock);
    return settings.allocate_status;
  }
  struct tensor *t = calloc(1, sizeof *t);
  *t = (struct tensor){.handle = {TENSOR, 1}, .core = core, .size = size, .data = malloc(size)};
  memset(t->data, 0xa5, size); /* nobody may count on zeros */
  *result = t;
  live_tensors++;
  allocated_tensors++;
  pthread_mutex_unlock(&lock);
  return SUCCESS;
}

EXPORT void nrt_tensor_free(void **tensor) {
  pthread_mutex_lock(&lock);
  struct tensor *t = live(*tensor, TENSOR, "nrt_tensor_free");
  if (t->sets) misuse("nrt_tensor_free of a tensor that is in a set");
  t->handle.live = 0;
  free(t->data);
  *tensor = NULL;
  live_tensors--;
  pthread_mutex_unlock(&lock);
}

static struct tensor *accessible(void *tensor, size_t offset, size_t size, const char *call) {
  struct tensor *t = live(tensor, TENSOR, call);
  if (offset > t->size || size > t->size - offset) {
    misuse("%s of bytes %zu to %zu of a tensor of %zu", call, offset, offset + size, t->size);
  }
  if (t->executing) misuse("%s while the tensor is in an execution", call);
  return t;
}

EXPORT int nrt_tensor_write(void *tensor, const void *source, size_t offset, size_t size) {
  pthread_mutex_lock(&lock);
  struct tensor *t = accessible(tensor, offset, size, "nrt_tensor_write");
  int status = settings.write_status;
  pthread_mutex_unlock(&lock);
  if (status == SUCCESS) memcpy(t->data + offset, source, size);
  return status;
}

EXPORT int nrt_tensor_read(void *tensor, void *target, size_t offset, size_t size) {
  pthread_mutex_lock(&lock);
  struct tensor *t = accessible(tensor, offset, size, "nrt_tensor_read");
  int status = settings.read_status;
  pthread_mutex_unlock(&lock);
  if (status == SUCCESS) memcpy(target, t->data + offset, size);
  return status;
}

static struct tensor *bound(struct model *m, struct set *s, const struct io_info *io) {
  for (int i = 0; i < s->count; i++) {
    struct tensor *t = s->entries[i].tensor;
    if (strcmp(s->entries[i].name, io->name) != 0) continue;
    if (!t->handle.live) misuse("nrt_execute with a freed tensor %s", io->name);
    if (t->size != io->size) {
      misuse("nrt_execute: %s has %zu bytes, the NEFF needs %zu", io->name, t->size, io->size);
    }
    if (t->core != m->core) misuse("nrt_execute: %s is on another core", io->name);
    if (t->executing) misuse("nrt_execute: %s is in another execution", io->name);
    return t;
  }
  misuse("nrt_execute without the tensor %s", io->name);
  return NULL;
}

/* What this execution answers, under the lock. */
static int draw(struct model *m) {
  executions++;
  core_executions[m->core]++;
  if (lost(m->core)) m->broken = 1;
  if (m->broken) return HW_ERROR;
  if (settings.status && executions % settings.every == 0) return settings.status;
  if (happens(settings.queue_full)) {
    injected_queue_full++;
    return QUEUE_FULL;
  }
  if (happens(settings.busy)) return BUSY;
  if (happens(settings.core_failure)) {
    injected_core_failures++;
    m->broken = 1;
    return HW_ERROR;
  }
  return SUCCESS;
}

static int compute(struct model *m, struct tensor **tensors, int nan) {
  void *buffers[8];
  for (int i = 0; i < m->program->io_count; i++) buffers[i] = tensors[i]->data;
  pthread_mutex_lock(&core_lock[m->core]); /* a core does one thing at a time */
  if (settings.delay_us) {
    nanosleep(&(struct timespec){settings.delay_us / 1000000, settings.delay_us % 1000000 * 1000L},
              NULL);
  }
  int status = m->program->run(m->program, buffers) == 0 ? SUCCESS : INVALID;
  pthread_mutex_unlock(&core_lock[m->core]);
  if (status == SUCCESS && nan) {
    float *logits = (float *)tensors[m->program->io_count - 1]->data;
    logits[0] = NAN;
  }
  return status;
}

EXPORT int nrt_execute(void *model, void *inputs, void *outputs) {
  struct tensor *tensors[8];
  pthread_mutex_lock(&lock);
  struct model *m = live(model, MODEL, "nrt_execute");
  struct set *in = live(inputs, SET, "nrt_execute");
  struct set *out = live(outputs, SET, "nrt_execute");
  for (int i = 0; i < m->program->io_count; i++) {
    tensors[i] = bound(m, m->program->io[i].output ? out : in, &m->program->io[i]);
  }
  int status = draw(m);
  int nan = status == SUCCESS && happens(settings.nan);
  int false_nan = status == SUCCESS && happens(settings.false_nan);
  m->executing++;
  if (++core_in_flight[m->core] > most_in_flight) most_in_flight = core_in_flight[m->core];
  for (int i = 0; i < m->program->io_count; i++) tensors[i]->executing = 1;
  pthread_mutex_unlock(&lock);
  if (status == SUCCESS) status = compute(m, tensors, nan);
  pthread_mutex_lock(&lock);
  m->executing--;
  core_in_flight[m->core]--;
  for (int i = 0; i < m->program->io_count; i++) tensors[i]->executing = 0;
  pthread_mutex_unlock(&lock);
  return status == SUCCESS && (nan || false_nan) ? NUMERICAL : status;
}
