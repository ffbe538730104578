package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Precision;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatmulShapeTest {
  @Test
  void rowsThatWouldShareACacheSetLieALineFurtherApart() {
    assertThat(MatmulShape.pitch(DnnlType.BF16, 4096)).isEqualTo(4096 + 64);
    assertThat(MatmulShape.pitch(DnnlType.F32, 1024)).isEqualTo(1024 + 64);
    assertThat(MatmulShape.pitch(DnnlType.U8, 4096)).isEqualTo(4096 + 64);
    assertThat(MatmulShape.pitch(DnnlType.BF16, 3072)).isEqualTo(3072);
    assertThat(MatmulShape.pitch(DnnlType.U8, 1000)).isEqualTo(1000);
  }

  @Test
  void quantizedRowsLieApartAsWell(@TempDir Path directory) throws Exception {
    Path written =
        TestArtifacts.of(new ModelDimensions(160, 16, 2, 64, 1, 2, 4096))
            .precision(Precision.INT8)
            .write(directory.resolve("model"));
    try (Artifact artifact = Artifact.open(written);
        NativeScope scope = new NativeScope();
        ModelLoader loader =
            new ModelLoader(scope, artifact.manifest(), artifact.weights(), Dnnl.isa())) {
      PackedModel model = loader.load();
      LayerProducts products = LayerProducts.of(model, model.layers().get(0));
      assertThat(products.intermediate().destinationPitch()).isEqualTo(4096 + 64);
      assertThat(products.output().sourcePitch()).isEqualTo(4096 + 64);
    }
  }

  /** With a bf16 result, CPUs with tiles would need two kernels for these rows, for equal bits. */
  @Test
  void aLayerOfALargeModelRunsEachProductInOneKernel(@TempDir Path directory) throws Exception {
    Path written =
        TestArtifacts.of(new ModelDimensions(160, 16, 2, 1024, 2, 16, 4096))
            .precision(Precision.BF16)
            .write(directory.resolve("model"));
    try (CpuModel cpu = CpuModel.open(written, new CpuOptions(1, 0))) {
      assertThat(((CpuCore) cpu.core()).kernels(304, 16))
          .filteredOn(kernel -> kernel.part().startsWith("encoder.0."))
          .isNotEmpty()
          .allSatisfy(kernel -> assertThat(kernel.blocks()).hasSize(1));
    }
  }
}
