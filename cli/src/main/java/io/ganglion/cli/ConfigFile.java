package io.ganglion.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Reads the settings of one command from a YAML file: a mapping of flags, without their dashes, to
 * values or lists of values. Values are taken as they are written, so that {@code 0x10} is not 16.
 */
final class ConfigFile {
  private final Path file;
  private final CommandSpec command;

  private ConfigFile(Path file, CommandSpec command) {
    this.file = file;
    this.command = command;
  }

  /**
   * The settings in their order.
   *
   * @throws UsageException if the file has another form, or a key that is no flag of the command
   * @throws FailureException if it cannot be read
   */
  static List<Setting> read(Path file, CommandSpec command) {
    return new ConfigFile(file, command).settings();
  }

  private List<Setting> settings() {
    Optional<Node> root = root();
    if (root.isEmpty() || isNull(root.get())) {
      return List.of();
    }
    if (!(root.get() instanceof MappingNode mapping)) {
      throw new UsageException(at(root.get()) + ": write a flag and its value, as max-queue: 512");
    }
    Map<String, OptionSpec> known = Flags.settable(command);
    Map<String, String> seen = new HashMap<>();
    List<Setting> settings = new ArrayList<>();
    for (NodeTuple entry : mapping.getValue()) {
      String key = text(entry.getKeyNode(), "a key");
      String origin = at(entry.getKeyNode());
      String before = seen.putIfAbsent(key, origin);
      if (before != null) {
        throw new UsageException("%s: %s is set already, by %s".formatted(origin, key, before));
      }
      OptionSpec option = known.get(key);
      if (option == null) {
        throw new UsageException(unknown(origin, key, known));
      }
      settings.add(new Setting(option, values(key, entry.getValueNode()), origin));
    }
    return settings;
  }

  private Optional<Node> root() {
    LoadSettings form = LoadSettings.builder().setLabel(file.toString()).build();
    try (InputStream in = Files.newInputStream(file)) {
      return new Compose(form).composeInputStream(in);
    } catch (NoSuchFileException e) {
      throw new FailureException("--config: there is no file " + file.toAbsolutePath(), e);
    } catch (IOException e) {
      throw new FailureException("--config: " + Sentences.of(e), e);
    } catch (MarkedYamlEngineException e) {
      String line = e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
      throw new UsageException(file + line + " is no YAML: " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new UsageException(file + " is no YAML: " + e.getMessage(), e);
    }
  }

  private String unknown(String origin, String key, Map<String, OptionSpec> known) {
    for (OptionSpec option : command.options()) {
      if (List.of(option.names()).contains("--" + key)) {
        return known.containsKey(Flags.key(option))
            ? "%s: here %s is called %s".formatted(origin, key, Flags.key(option))
            : "%s: %s can only be typed, as --%s".formatted(origin, key, key);
      }
    }
    String plain = key.replaceFirst("^-+", "").replace('_', '-');
    String near =
        known.containsKey(plain)
            ? ": did you mean " + plain + "?"
            : Flags.suggestion(plain, known.keySet());
    return "%s: %s has no setting %s%s".formatted(origin, command.qualifiedName(), key, near);
  }

  private List<String> values(String key, Node value) {
    if (value instanceof SequenceNode list) {
      return list.getValue().stream().map(one -> text(one, key)).toList();
    }
    return List.of(text(value, key));
  }

  private String text(Node node, String what) {
    if (isNull(node)) {
      throw new UsageException(at(node) + ": " + what + " has no value; leave the line out");
    }
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw new UsageException(at(node) + ": " + what + " is one value or a list of values");
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private String at(Node node) {
    return file + node.getStartMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
  }
}
