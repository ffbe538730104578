package io.ganglion.bench.engine;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.ParameterStore;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * One expression of PyTorch's as a program of its own, where DJL has no call for it or one that
 * ends the process: DJL's calls that take a type do not know bf16. Thread-safe.
 */
final class TorchProgram implements AutoCloseable {
  private static final String NAME = "program";

  // A pickled object of the class Program, that is not being trained.
  private static final String OBJECT =
      "\u0080\u0002c__torch__\nProgram\nq\u0000)\u0081}(X\u0008\u0000\u0000\u0000training\u0089ub.";
  private static final String NO_CONSTANTS = "\u0080\u0002).";
  private static final String FORMAT_VERSION = "10\n";

  private final Model model;

  private TorchProgram(Model model) {
    this.model = model;
  }

  /**
   * Loads a program.
   *
   * @param expression of TorchScript, over a tensor {@code x}
   */
  static TorchProgram of(String expression) throws IOException {
    Path directory = Files.createTempDirectory("ganglion-bench-torch");
    Model model = Model.newInstance(NAME, PyTorchEngine.NAME);
    try (OutputStream file = Files.newOutputStream(directory.resolve(NAME + ".pt"))) {
      write(expression, file);
      model.load(directory, NAME);
      return new TorchProgram(model);
    } catch (MalformedModelException | IOException | RuntimeException e) {
      model.close();
      throw new IOException("PyTorch does not take the program " + expression, e);
    } finally {
      MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  /** The archive that PyTorch saves programs in, as far as it reads it. */
  private static void write(String expression, OutputStream out) throws IOException {
    String code =
        """
        class Program(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          def forward(self: __torch__.Program,
            x: Tensor) -> Tensor:
            return %s
        """
            .formatted(expression);
    ZipOutputStream archive = new ZipOutputStream(out);
    put(archive, "data.pkl", OBJECT);
    put(archive, "code/__torch__.py", code);
    put(archive, "constants.pkl", NO_CONSTANTS);
    put(archive, "version", FORMAT_VERSION);
    archive.finish();
    out.flush();
  }

  private static void put(ZipOutputStream archive, String name, String bytes) throws IOException {
    archive.putNextEntry(new ZipEntry(NAME + "/" + name));
    archive.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    archive.closeEntry();
  }

  /** Its value for {@code x}, which belongs to the manager of that. */
  NDArray run(NDArray x) {
    ParameterStore none = new ParameterStore(x.getManager(), false);
    return model.getBlock().forward(none, new NDList(x), false).singletonOrThrow();
  }

  @Override
  public void close() {
    model.close();
  }
}
