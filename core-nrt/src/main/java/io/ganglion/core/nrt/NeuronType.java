package io.ganglion.core.nrt;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.ganglion.runtime.model.BFloat16;
import io.ganglion.runtime.model.Float16;
import java.nio.ByteBuffer;

/** Element types of a NEFF's tensors; little-endian on the device as on the host. */
public enum NeuronType {
  @JsonProperty("fp32")
  FP32("fp32", 4),
  @JsonProperty("fp16")
  FP16("fp16", 2),
  @JsonProperty("bf16")
  BF16("bf16", 2);

  private final String text;
  private final int bytes;

  NeuronType(String text, int bytes) {
    this.text = text;
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Appends {@code count} values, rounded to nearest even, at the buffer's position. */
  public void put(ByteBuffer target, float[] values, int count) {
    switch (this) {
      case FP32 -> {
        target.asFloatBuffer().put(values, 0, count);
        target.position(target.position() + count * FP32.bytes);
      }
      case FP16 -> {
        for (int i = 0; i < count; i++) {
          target.putShort(Float16.of(values[i]));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target.putShort(BFloat16.of(values[i]));
        }
      }
    }
  }

  /** Reads {@code values.length} values from the buffer's position. */
  public void get(ByteBuffer source, float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (this) {
            case FP32 -> source.getFloat();
            case FP16 -> Float16.toFloat(source.getShort());
            case BF16 -> BFloat16.toFloat(source.getShort());
          };
    }
  }

  /** The name in manifests, flags and wire messages. */
  @Override
  public String toString() {
    return text;
  }
}
