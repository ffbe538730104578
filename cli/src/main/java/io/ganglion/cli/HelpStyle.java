package io.ganglion.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The style of help texts, and the flags that every command has. */
final class HelpStyle {
  static final String VERBOSE = "--verbose";
  static final String CONFIG = "--config";
  static final String PRINT_CONFIG = "--print-config";
  static final String COMPLETION = "--completion";

  /** Flags that say how to run once, and are no settings of a command. */
  static final Set<String> MUST_BE_TYPED =
      Set.of(CONFIG, PRINT_CONFIG, COMPLETION, "--help", "--version");

  private static final int WIDTH = 100;

  private HelpStyle() {}

  static void apply(CommandLine line) {
    String program = line.getCommandSpec().name();
    apply(line, program + " " + Build.version());
    line.getCommandSpec()
        .addOption(
            OptionSpec.builder(COMPLETION)
                .type(boolean.class)
                .description(
                    "Print a script that completes flags in bash and zsh, for source <("
                        + program
                        + " --completion).")
                .build());
    line.setUsageHelpWidth(WIDTH);
    line.setUsageHelpAutoWidth(true);
  }

  private static void apply(CommandLine line, String version) {
    CommandSpec spec = line.getCommandSpec();
    spec.version(version);
    addCommonFlags(spec);
    headings(spec.usageMessage());
    for (CommandLine sub : line.getSubcommands().values()) {
      apply(sub, version);
    }
  }

  private static void addCommonFlags(CommandSpec spec) {
    if (Flags.runs(spec)) {
      addConfigFlags(spec);
    }
    spec.addOption(
        OptionSpec.builder(VERBOSE)
            .type(boolean.class)
            .description("Show the stack trace of an error.")
            .build());
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .type(boolean.class)
            .usageHelp(true)
            .description("Show this help.")
            .build());
    spec.addOption(
        OptionSpec.builder("-V", "--version")
            .type(boolean.class)
            .versionHelp(true)
            .description("Show the version.")
            .build());
  }

  private static void addConfigFlags(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(CONFIG)
            .type(String.class)
            .paramLabel("FILE")
            .description(
                "Take flags that were not typed from this YAML file, in which a flag without its"
                    + " dashes is a key, but first from environment variables. That of --config is "
                    + Environment.variable(spec, "config")
                    + ".")
            .build());
    spec.addOption(
        OptionSpec.builder(PRINT_CONFIG)
            .type(boolean.class)
            .description("Print each setting and where it comes from, and end.")
            .build());
  }

  private static void headings(UsageMessageSpec help) {
    help.sortOptions(false);
    help.showDefaultValues(true);
    help.showAtFileInUsageHelp(true);
    if (help.customSynopsis().length == 0) {
      help.abbreviateSynopsis(true);
    }
    help.synopsisSubcommandLabel("COMMAND");
    help.descriptionHeading("%n");
    help.parameterListHeading("%nArguments:%n");
    help.optionListHeading("%nOptions:%n");
    help.commandListHeading("%nCommands:%n");
    help.exitCodeListHeading("%nExit codes:%n");
    if (help.exitCodeList().isEmpty()) {
      help.exitCodeList(exitCodes());
    }
    help.footerHeading("%n");
  }

  private static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put("0", "The work is done.");
    codes.put("1", "It failed.");
    codes.put("2", "Wrong usage.");
    return codes;
  }
}
