package io.ganglion.core.nrt;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Counts the devices that the Neuron driver shows. */
public final class NrtDevices {
  private static final Path FOLDER = Path.of("/dev");

  private NrtDevices() {}

  /** Number of devices on this machine; 0 if the driver is not loaded. */
  public static int visible() {
    return visible(FOLDER);
  }

  static int visible(Path folder) {
    int devices = 0;
    try (DirectoryStream<Path> names = Files.newDirectoryStream(folder, "neuron[0-9]*")) {
      for (Path name : names) {
        devices += String.valueOf(name.getFileName()).matches("neuron\\d+") ? 1 : 0;
      }
    } catch (IOException e) {
      return 0; // devices that cannot be listed cannot be used
    }
    return devices;
  }
}
