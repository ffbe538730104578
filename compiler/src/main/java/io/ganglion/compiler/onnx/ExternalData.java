package io.ganglion.compiler.onnx;

import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files beside a model that hold its larger weights. A file outside of the model's folder is
 * never opened, whatever the model or a symbolic link says. Not thread-safe.
 */
final class ExternalData {
  /** Each is mapped on its own, and a process has about 65,000 maps. BERT-Large has 400. */
  private static final int MOST_TENSORS = 20_000;

  private final Path folder;
  private final Set<Path> files = new LinkedHashSet<>();
  private int tensors;

  ExternalData(Path model) {
    Path parent = model.toAbsolutePath().getParent();
    this.folder = parent == null ? model.toAbsolutePath() : parent;
  }

  /**
   * The elements of a tensor.
   *
   * @param entries location, offset and length, as the model states them
   * @param size number of bytes that its shape asks for
   */
  ByteBuffer map(String tensor, Map<String, String> entries, long size) throws CompileException {
    String location = entries.getOrDefault("location", "");
    long offset = number(tensor, entries, "offset", 0);
    long length = number(tensor, entries, "length", size);
    Path file = resolve(tensor, location);
    if (length != size) {
      throw new CompileException(
          "The weights %s lie in %s with %d bytes where their shape asks for %d; export the model again."
              .formatted(tensor, location, length, size));
    }
    if (++tensors > MOST_TENSORS) {
      throw new CompileException(
          "More than %d weights lie outside of the model's file; save it in one file."
              .formatted(MOST_TENSORS));
    }
    try (FileChannel channel = FileChannel.open(file)) {
      if (offset > channel.size() - size) {
        throw new CompileException(
            "%s ends before the weights %s at byte %d (%d bytes): it is cut off; copy it again."
                .formatted(file, tensor, offset, size));
      }
      files.add(file);
      return channel.map(FileChannel.MapMode.READ_ONLY, offset, size);
    } catch (IOException e) {
      throw new CompileException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private Path resolve(String tensor, String location) throws CompileException {
    try {
      Path file = folder.resolve(location).normalize();
      if (location.isEmpty() || Path.of(location).isAbsolute() || !file.startsWith(folder)) {
        throw outside(tensor, location);
      }
      if (!Files.isRegularFile(file)) {
        throw new CompileException(
            "The weights %s lie in %s, which is not there; copy it to the model's file."
                .formatted(tensor, file));
      }
      if (!file.toRealPath().startsWith(folder.toRealPath())) {
        throw outside(tensor, location);
      }
      return file;
    } catch (InvalidPathException e) {
      throw outside(tensor, location);
    } catch (IOException e) {
      throw new CompileException(
          "%s beside the model cannot be read: %s.".formatted(location, e.getMessage()), e);
    }
  }

  private CompileException outside(String tensor, String location) {
    return new CompileException(
        "The weights %s lie in \"%s\", which is not a file in the model's folder %s; copy the file itself there."
            .formatted(tensor, location, folder));
  }

  private static long number(String tensor, Map<String, String> entries, String key, long absent)
      throws CompileException {
    String text = entries.get(key);
    try {
      long value = text == null ? absent : Long.parseLong(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a negative number.
    }
    throw new CompileException(
        "The weights %s have the %s \"%s\" in another file; export the model again."
            .formatted(tensor, key, text));
  }

  /** The files that were opened. */
  List<Path> files() {
    return List.copyOf(files);
  }
}
