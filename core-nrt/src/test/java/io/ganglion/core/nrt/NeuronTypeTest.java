package io.ganglion.core.nrt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class NeuronTypeTest {
  @Test
  void whatIsPutIsGot() {
    float[] values = {0f, 1f, -2.5f, 0.15625f};
    for (NeuronType type : NeuronType.values()) {
      ByteBuffer buffer = ByteBuffer.allocate(values.length * type.bytes());
      type.put(buffer, values, values.length);
      float[] back = new float[values.length];
      type.get(buffer.flip(), back);
      assertThat(back).as("%s", type).isEqualTo(values);
    }
  }
}
