package io.ganglion.engine.model;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreOption;
import io.ganglion.runtime.core.CoreOptions;
import io.ganglion.runtime.core.CoreProvider;
import io.ganglion.runtime.core.CoreSet;
import io.ganglion.runtime.core.Probe;
import java.util.ArrayList;
import java.util.List;

/** A kind of core that follows a script and remembers the artifacts that it was given. */
final class ScriptedProvider implements CoreProvider {
  /** Opens cores or throws. */
  @FunctionalInterface
  interface Script {
    CoreSet open(Artifact artifact) throws CoreFault;
  }

  final List<Artifact> opened = new ArrayList<>();
  private final String kind;
  private final int preference;
  private final Probe probe;
  private final Script script;

  ScriptedProvider(String kind, int preference, Probe probe, Script script) {
    this.kind = kind;
    this.preference = preference;
    this.probe = probe;
    this.script = script;
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public int preference() {
    return preference;
  }

  @Override
  public List<CoreOption> options() {
    return List.of(CoreOption.of(kind + "-option", "TEXT", "nothing"));
  }

  @Override
  public Probe probe(Artifact artifact, CoreOptions options) {
    return probe;
  }

  @Override
  public CoreSet open(Artifact artifact, CoreOptions options) throws CoreFault {
    opened.add(artifact);
    return script.open(artifact);
  }
}
