package io.ganglion.server.model;

/** Which kind of core to serve on. */
public enum BackendChoice {
  /** NeuronCores where the artifact holds a program for them and the machine has some. */
  AUTO,
  CPU,
  NRT
}
