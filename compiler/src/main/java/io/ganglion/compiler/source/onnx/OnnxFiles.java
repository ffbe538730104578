package io.ganglion.compiler.source.onnx;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.source.tokenizer.TokenizerFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a model and the files beside it are.
 *
 * @param model the ONNX file
 * @param folder the folder with its configuration and its tokenizer: that of the file, or the one
 *     above if the file is in a folder {@code onnx}
 */
record OnnxFiles(Path model, Path folder) {
  private static final String SUFFIX = ".onnx";
  private static final String USUAL = "model.onnx";
  private static final String SUBFOLDER = "onnx";

  /** Whether there is a model at a path, as far as names tell. */
  static boolean isAt(Path path) {
    return Files.isDirectory(path) ? !candidates(path).isEmpty() : isModel(path);
  }

  private static boolean isModel(Path path) {
    return path.toString().endsWith(SUFFIX);
  }

  /** The model at a path: a file, or a folder with {@code model.onnx} or with one ONNX file. */
  static OnnxFiles at(Path path) throws CompileException {
    if (!Files.isDirectory(path)) {
      return of(path);
    }
    List<Path> all = candidates(path);
    for (Path usual : List.of(path.resolve(USUAL), path.resolve(SUBFOLDER).resolve(USUAL))) {
      if (all.contains(usual)) {
        return of(usual);
      }
    }
    if (all.size() != 1) {
      throw new CompileException(
          path
              + " holds several ONNX files; name one: "
              + all.stream().map(Path::toString).collect(Collectors.joining(", "))
              + ".");
    }
    return of(all.get(0));
  }

  private static OnnxFiles of(Path model) {
    Path parent = model.toAbsolutePath().normalize().getParent();
    if (parent == null) {
      return new OnnxFiles(model, model.toAbsolutePath());
    }
    Path above = parent.getParent();
    boolean nested = parent.endsWith(SUBFOLDER) && !TokenizerFolder.isIn(parent);
    return new OnnxFiles(
        model, nested && above != null && TokenizerFolder.isIn(above) ? above : parent);
  }

  private static List<Path> candidates(Path folder) {
    List<Path> here = models(folder);
    return here.isEmpty() ? models(folder.resolve(SUBFOLDER)) : here;
  }

  private static List<Path> models(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> isModel(file) && Files.isRegularFile(file)).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      // What cannot be listed is not taken for a model; opening it says why.
      return List.of();
    }
  }
}
