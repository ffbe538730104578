package io.ganglion.loadgen;

import com.google.common.net.HostAndPort;
import io.ganglion.api.ModelInfo;
import io.ganglion.cli.NearestName;
import io.ganglion.cli.Ports;
import io.ganglion.cli.UsageException;
import io.ganglion.loadgen.attack.Attack;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command {@code loadgen attack}: how long a polite client waits alone, and beside each attack.
 */
@Command(
    name = "attack",
    description =
        "Attacks a server of yours, and measures what a polite client gets meanwhile. An attack is"
            + " held if the client's p99 stays within --most-ratio of what it is alone, or beside"
            + " as much use of the processor as the attacker's, and no request fails.",
    exitCodeList = {"0:The server held.", "1:It did not.", "2:Wrong usage."},
    footer = {
      "Examples:",
      "  loadgen attack --list",
      "  loadgen attack settings gzip-bombs --port 60061",
      "  loadgen attack all --metrics-port 60062"
    })
final class AttackCommand implements Callable<Integer> {
  private static final String ALL = "all";

  @Spec CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "NAME", description = "Attacks, or all; see --list.")
  List<String> names = new ArrayList<>();

  @Option(names = "--list", description = "Name all attacks and end.")
  boolean list;

  @Option(
      names = "--rate",
      defaultValue = "50",
      paramLabel = "PER-SECOND",
      description = "Requests of the polite client.")
  double rate;

  @Option(
      names = "--duration",
      defaultValue = "10s",
      paramLabel = "TIME",
      description = "Length of each measurement: alone, and beside an attack.")
  Duration duration;

  @Option(
      names = "--attackers",
      defaultValue = "1",
      paramLabel = "N",
      description = "How many attack at once.")
  int attackers;

  @Option(
      names = "--most-ratio",
      defaultValue = "3",
      paramLabel = "N",
      description = "How many times as long the polite client's p99 may be.")
  double mostRatio;

  @Option(
      names = "--metrics-port",
      converter = Ports.Remote.class,
      paramLabel = "PORT",
      description = "The server's port of probes, to watch it too. metrics-byte needs it.")
  @Nullable Integer metricsPort;

  @ArgGroup(validate = false, heading = "%nServers:%n")
  TargetOptions target = new TargetOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    if (list) {
      for (Attack attack : Attack.values()) {
        out.printf("  %-15s %s%n", attack.id(), attack.what());
      }
      out.flush();
      return 0;
    }
    List<Attack> attacks = attacks();
    check(attacks);
    HostAndPort server = HostAndPort.fromString(target.servers().get(0));
    try (Connections connections = new Connections(target, Task.CLASSIFY)) {
      List<ModelInfo> models = connections.check();
      List<String> labels = models.isEmpty() ? MrpcRequests.LABELS : models.get(0).labels();
      AttackRun run =
          new AttackRun(
              new LoadRunner(
                  connections,
                  connections.scheduler(),
                  LoadgenCommand.CPU::getProcessCpuTime,
                  PairSet.of(PairSet.bundled(), labels),
                  null),
              new InetSocketAddress(server.getHost(), server.getPort()),
              metricsPort == null ? null : new InetSocketAddress(server.getHost(), metricsPort),
              connections.scheduler(),
              attackers,
              mostRatio,
              out);
      return run.all(attacks, rate, duration) ? 0 : 1;
    }
  }

  private List<Attack> attacks() {
    if (names.isEmpty()) {
      throw new UsageException("Name an attack, or all; --list shows them");
    }
    if (names.contains(ALL)) {
      return Arrays.stream(Attack.values())
          .filter(attack -> metricsPort != null || attack != Attack.METRICS_BYTE)
          .toList();
    }
    return names.stream().map(AttackCommand::attack).toList();
  }

  private static Attack attack(String name) {
    return Attack.of(name)
        .orElseThrow(
            () ->
                new UsageException(
                    "There is no attack "
                        + name
                        + NearestName.of(
                                name, Arrays.stream(Attack.values()).map(Attack::id).toList())
                            .map(near -> ": did you mean " + near + "?")
                            .orElse("; --list shows them")));
  }

  private void check(List<Attack> attacks) {
    if (target.tls || target.trust != null || target.identity != null) {
      throw new UsageException("Attacks are in plain text: leave the flags for TLS away");
    }
    if (target.servers().size() > 1) {
      throw new UsageException("Name one server to attack");
    }
    if (metricsPort == null && attacks.contains(Attack.METRICS_BYTE)) {
      throw new UsageException("metrics-byte needs --metrics-port");
    }
    if (attackers < 1 || attackers > 1_000) {
      throw new UsageException("--attackers must be from 1 to 1000");
    }
    if (!(mostRatio >= 1)) {
      throw new UsageException("--most-ratio must be at least 1");
    }
  }
}
