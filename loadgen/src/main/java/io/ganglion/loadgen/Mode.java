package io.ganglion.loadgen;

/** What carries the requests. Spelled in lower case on the command line. */
enum Mode {
  STREAM,
  UNARY,
  MRPC;

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
