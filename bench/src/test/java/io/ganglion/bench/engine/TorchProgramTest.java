package io.ganglion.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TorchProgramTest {
  @Test
  void anExpressionRunsOnWhatItIsGiven() throws Exception {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), PyTorchEngine.NAME);
        TorchProgram program = TorchProgram.of("torch.softmax(x, -1)")) {
      NDArray result = program.run(manager.create(new float[] {0, (float) Math.log(3)}));

      assertThat(result.toFloatArray()[0]).isCloseTo(0.25f, within(1e-6f));
      assertThat(result.toFloatArray()[1]).isCloseTo(0.75f, within(1e-6f));
      assertThat(result.getManager()).isSameAs(manager);
    }
  }

  @Test
  void bf16KeepsEightBits() throws Exception {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), PyTorchEngine.NAME);
        TorchProgram narrow = TorchProgram.of("torch.to(x, 15)");
        TorchProgram wide = TorchProgram.of("torch.to(x, 6)")) {
      NDArray x = manager.create(new float[] {1 + 1 / 128f, 1 + 1 / 512f});

      assertThat(wide.run(narrow.run(x)).toFloatArray()).containsExactly(1 + 1 / 128f, 1);
    }
  }

  @Test
  void anExpressionThatPyTorchDoesNotKnowIsNamed() {
    assertThatThrownBy(() -> TorchProgram.of("torch.nothing(x)"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("torch.nothing(x)");
  }
}
