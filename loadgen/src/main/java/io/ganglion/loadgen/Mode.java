package io.ganglion.loadgen;

/** How requests are sent. Lower-case on the command line. */
enum Mode {
  STREAM,
  UNARY,
  MRPC;

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
