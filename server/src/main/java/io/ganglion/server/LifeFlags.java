package io.ganglion.server;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The flags for what changes while the server runs, and for its end. */
final class LifeFlags {
  @Option(
      names = "--version-interval",
      defaultValue = "5s",
      paramLabel = "TIME",
      description = "How often a folder of versions is checked.")
  Duration versionInterval;

  @Option(
      names = "--drain-delay",
      defaultValue = "0s",
      paramLabel = "TIME",
      description =
          "How long the server still takes calls, as not ready, before it stops. Not a part of"
              + " --drain-timeout.")
  Duration drainDelay;

  @Option(
      names = "--drain-timeout",
      defaultValue = "30s",
      paramLabel = "TIME",
      description = "How long requests in flight may take when the server stops.")
  Duration drainTimeout;

  void check() {
    FlagChecks.timeOrZero("--drain-delay", drainDelay);
    FlagChecks.timeOrZero("--drain-timeout", drainTimeout);
    FlagChecks.time("--version-interval", versionInterval);
  }
}
