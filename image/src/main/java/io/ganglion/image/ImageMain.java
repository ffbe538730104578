package io.ganglion.image;

import io.ganglion.cli.Shell;
import java.util.List;

/** Runs inside the build, so it throws where a program would end the JVM. */
public final class ImageMain {
  private ImageMain() {}

  /**
   * Writes an image.
   *
   * @param args flags, which {@code --help} lists
   * @throws IllegalStateException if it could not; the reason was printed
   */
  public static void main(String[] args) {
    int code = new Shell(System.out, System.err, List.of()).run(new ImageCommand(), args);
    if (code != 0) {
      throw new IllegalStateException("No image was written; the reason stands above.");
    }
  }
}
