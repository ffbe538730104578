/* Number formats and the one matrix multiplication. */
#include "fake_nrt.h"

#include <math.h>
#include <string.h>

float fp16_to_float(uint16_t v) {
  int exponent = (v >> 10) & 31;
  int fraction = v & 1023;
  float magnitude = exponent == 31 ? (fraction ? NAN : INFINITY)
                    : exponent == 0 ? ldexpf((float)fraction, -24)
                                    : ldexpf((float)(fraction | 1024), exponent - 25);
  return v & 0x8000 ? -magnitude : magnitude;
}

uint16_t float_to_fp16(float f) {
  uint16_t sign = signbit(f) ? 0x8000 : 0;
  if (isnan(f)) return sign | 0x7e00;
  float a = fabsf(f);
  if (a >= 65520.0f) return sign | 0x7c00;
  if (a < ldexpf(1, -14)) return sign | (uint16_t)nearbyintf(ldexpf(a, 24));
  int exponent;
  float fraction = frexpf(a, &exponent); /* [0.5, 1) */
  int mantissa = (int)nearbyintf(ldexpf(fraction, 11));
  return sign | (uint16_t)(((exponent + 13) << 10) + mantissa);
}

float get_element(const void *buffer, enum type type, size_t i) {
  switch (type) {
    case FP32: return ((const float *)buffer)[i];
    case FP16: return fp16_to_float(((const uint16_t *)buffer)[i]);
    default: return bf16_to_float(((const uint16_t *)buffer)[i]);
  }
}

void put_element(void *buffer, enum type type, size_t i, float value) {
  switch (type) {
    case FP32: ((float *)buffer)[i] = value; break;
    case FP16: ((uint16_t *)buffer)[i] = float_to_fp16(value); break;
    default: ((uint16_t *)buffer)[i] = float_to_bf16(value);
  }
}

void round_to(float *values, size_t count, enum type type) {
  if (type == FP16) {
#ifdef __FLT16_MAX__ /* the compiler knows the type, and machines have instructions for it */
    for (size_t i = 0; i < count; i++) values[i] = (float)(_Float16)values[i];
#else
    for (size_t i = 0; i < count; i++) values[i] = fp16_to_float(float_to_fp16(values[i]));
#endif
  } else if (type == BF16) {
    for (size_t i = 0; i < count; i++) values[i] = bf16_to_float(float_to_bf16(values[i]));
  }
}

void matmul(const float *a, const float *b, float *c, size_t rows, size_t inner, size_t columns) {
  memset(c, 0, rows * columns * sizeof(float));
  for (size_t i = 0; i < rows; i++) {
    for (size_t k = 0; k < inner; k++) {
      float x = a[i * inner + k];
      const float *row = b + k * columns;
      float *out = c + i * columns;
      for (size_t j = 0; j < columns; j++) out[j] += x * row[j];
    }
  }
}
