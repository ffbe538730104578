package io.ganglion.compiler.backend.neuron;

import io.ganglion.core.nrt.FakeNeff;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Shell scripts in place of neuron-cc and neuronx-cc. They record their arguments in {@code calls},
 * one a line, and run the given commands.
 */
final class FakeCompiler {
  private final Path folder;
  private final Path script;

  /**
   * @param behaviour shell commands; {@code $out} is the NEFF to write and {@code $good} a valid
   *     NEFF
   */
  FakeCompiler(Path folder, String name, String behaviour) throws IOException {
    this.folder = folder;
    this.script = folder.resolve(name);
    Path good =
        Files.write(
            folder.resolve("good.neff"), FakeNeff.of("payload".getBytes(StandardCharsets.UTF_8)));
    String text =
        """
        #!/bin/sh
        if [ "$1" = --version ]; then echo '%s version 9.9.9+fake'; exit 0; fi
        good='%s'
        calls=$(mktemp '%s/call.XXXXXX')
        for a in "$@"; do printf '%%s\\n' "$a" >> "$calls"; done
        out=; previous=
        for a in "$@"; do if [ "$previous" = --output ]; then out=$a; fi; previous=$a; done
        echo "compiling $2"
        %s
        """
            .formatted(name, good, folder, behaviour);
    Files.writeString(script, text);
    if (!script.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + script + " executable");
    }
  }

  static FakeCompiler working(Path folder, String name) throws IOException {
    return new FakeCompiler(folder, name, "cp \"$good\" \"$out\"");
  }

  Path script() {
    return script;
  }

  /** The arguments of each run, in no particular order. */
  List<List<String>> calls() throws IOException {
    try (var files = Files.list(folder)) {
      List<Path> calls =
          files.filter(file -> file.getFileName().toString().startsWith("call.")).toList();
      List<List<String>> all = new ArrayList<>();
      for (Path call : calls) {
        all.add(Files.readAllLines(call));
      }
      return all;
    }
  }
}
