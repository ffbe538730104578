/* What the parts of the fake libnrt share. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum type { FP32 = 0, FP16 = 1, BF16 = 2 };

struct io_info {
  const char *name;
  int output;
  size_t size;
};

/* A NEFF's contents that can be run: inputs and outputs in the order of io. */
struct program {
  int io_count;
  struct io_info io[8];
  /* Buffers in the order of io; returns 0, or -1 where the program itself is broken. */
  int (*run)(struct program *self, void **buffers);
  void (*destroy)(struct program *self);
};

/* Each returns NULL where the bytes are not of its kind or are broken. */
struct program *bert_program(const unsigned char *data, size_t size);
struct program *hlo_program(const unsigned char *data, size_t size);

static inline float bf16_to_float(uint16_t v) {
  union { uint32_t u; float f; } x = {.u = (uint32_t)v << 16};
  return x.f;
}

static inline uint16_t float_to_bf16(float f) {
  union { float f; uint32_t u; } x = {.f = f};
  if ((x.u & 0x7fffffff) > 0x7f800000) return (uint16_t)((x.u >> 16) | 0x40);
  return (uint16_t)((x.u + 0x7fff + ((x.u >> 16) & 1)) >> 16);
}

float fp16_to_float(uint16_t v);
uint16_t float_to_fp16(float f);

/* Element i of a buffer of the type. */
float get_element(const void *buffer, enum type type, size_t i);
void put_element(void *buffer, enum type type, size_t i, float value);

/* Rounds in place to what the type holds. */
void round_to(float *values, size_t count, enum type type);

/* c[rows, columns] = a[rows, inner] * b[inner, columns] */
void matmul(const float *a, const float *b, float *c, size_t rows, size_t inner, size_t columns);
