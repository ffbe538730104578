package io.ganglion.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

class SettingsTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private Inn inn = new Inn();
  private RuntimeException accident;
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void aFile() {
    file = folder.resolve("inn.yaml");
  }

  /** A program with options of every kind, and a command below it. */
  @Command(name = "inn", subcommands = Stable.class, footer = "  inn --name Star")
  static final class Inn implements Callable<Integer> {
    @Option(names = "--name", required = true, paramLabel = "NAME")
    String name;

    @ArgGroup(validate = false, heading = "%nRooms:%n")
    Rooms rooms = new Rooms();

    @ArgGroup(exclusive = true)
    Heating heating;

    @Option(names = "--key")
    Secret key;

    @Option(names = "--wine", split = ",")
    List<String> wines;

    @Option(names = "--span", arity = "2")
    List<String> span;

    @Option(names = "--open")
    boolean open;

    @Parameters(arity = "0..*")
    List<String> guests;

    private RuntimeException accident;

    @Override
    public Integer call() {
      if (accident != null) {
        throw accident;
      }
      return 0;
    }
  }

  static final class Rooms {
    @Option(
        names = {"-b", "--beds", "--number_of_beds"},
        defaultValue = "7")
    int beds;

    @Option(names = "--stay", defaultValue = "2h")
    Duration stay;
  }

  static final class Heating {
    @Option(names = "--coal")
    Integer coal;

    @Option(names = "--wood")
    Integer wood;
  }

  @Command(name = "stable")
  static final class Stable implements Runnable {
    @Option(names = "--horses", defaultValue = "0")
    int horses;

    static int seen;

    @Override
    public void run() {
      seen = horses;
    }
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    inn = new Inn();
    inn.accident = accident;
    return new Shell(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            List.of(),
            List.of(),
            environment)
        .run(inn, arguments);
  }

  private int runWith(String yaml, String... arguments) throws IOException {
    Files.writeString(file, yaml);
    String[] all = new String[arguments.length + 2];
    all[0] = "--config";
    all[1] = file.toString();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return run(all);
  }

  private String error() {
    return err.toString(UTF_8).strip().replace(file.toString(), "inn.yaml");
  }

  @Test
  void aFlagGoesBeforeAVariableThatBeforeAFileAndThatBeforeADefault() throws Exception {
    String yaml = "name: Star\nbeds: 3\n";
    environment.put("GANGLION_INN_BEDS", "4");
    assertThat(runWith(yaml, "-b", "5")).as(this::error).isZero();
    assertThat(inn.rooms.beds).isEqualTo(5);
    assertThat(runWith(yaml)).isZero();
    assertThat(inn.rooms.beds).isEqualTo(4);
    environment.clear();
    assertThat(runWith(yaml)).isZero();
    assertThat(inn.rooms.beds).isEqualTo(3);
    assertThat(runWith("name: Star\n")).isZero();
    assertThat(inn.rooms.beds).isEqualTo(7);
    assertThat(inn.name).isEqualTo("Star");
  }

  @Test
  void aFileMayHoldValuesListsAndSwitches() throws Exception {
    String yaml =
        """
        # the inn at the bridge
        name: "The: Star"
        stay: 90m
        wine: [red, white]
        span:
          - 1871
          - -3
        open: true
        """;
    assertThat(runWith(yaml, "guest")).as(this::error).isZero();
    assertThat(inn.name).isEqualTo("The: Star");
    assertThat(inn.rooms.stay).isEqualTo(Duration.ofMinutes(90));
    assertThat(inn.wines).containsExactly("red", "white");
    assertThat(inn.span).containsExactly("1871", "-3");
    assertThat(inn.open).isTrue();
    assertThat(inn.guests).containsExactly("guest");
    assertThat(runWith("name: x\nopen: false\n")).isZero();
    assertThat(inn.open).isFalse();
  }

  @Test
  void aSwitchThatIsOnInAFileStaysOnIfItIsTypedToo() throws Exception {
    assertThat(runWith("name: x\nopen: true\n", "--open")).isZero();
    assertThat(inn.open).isTrue();
  }

  @Test
  void aListThatIsTypedReplacesThatOfAFile() throws Exception {
    assertThat(runWith("name: x\nwine: [red, white]\n", "--wine", "rose")).isZero();
    assertThat(inn.wines).containsExactly("rose");
  }

  @Test
  void aVariableIsSplitLikeAFlag() {
    environment.put("GANGLION_INN_WINE", "red,white");
    assertThat(run("--name", "x")).isZero();
    assertThat(inn.wines).containsExactly("red", "white");
  }

  @Test
  void aChoiceInAFileIsAsGoodAsOneThatIsTyped() throws Exception {
    assertThat(runWith("name: x\ncoal: 2\n")).isZero();
    assertThat(inn.heating.coal).isEqualTo(2);
    assertThat(runWith("name: x\ncoal: 2\n", "--wood", "3")).isEqualTo(2);
    assertThat(error()).contains("--coal", "--wood", "mutually exclusive", "inn.yaml:2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bed: 3            | inn.yaml:2: inn has no setting bed: did you mean beds?
          number_of_beds: 3 | inn.yaml:2: here number_of_beds is called beds.
          --beds: 3         | inn.yaml:2: inn has no setting --beds: did you mean beds?
          config: x.yaml    | inn.yaml:2: config can only be typed, as --config.
          horses: 3         | inn.yaml:2: inn has no setting horses.
          name: x           | inn.yaml:2: name is set already, by inn.yaml:1.
          beds:             | inn.yaml:2: beds has no value; leave the line out.
          beds: {a: 1}      | inn.yaml:2: beds is one value or a list of values.
          beds: [1, 2]      | inn.yaml:2: --beds takes one value.
          span: 3           | inn.yaml:2: --span takes a list of 2 values.
          open: 'yes'       | inn.yaml:2: --open is true or false, not 'yes'.
          beds: many        | --beds: 'many' is not an int (--beds is set by inn.yaml:2).
          'beds: "3'        | inn.yaml:3 is no YAML: found unexpected end of stream.
          """)
  void whatIsWrongInAFileIsSaidWithItsLine(String line, String message) throws Exception {
    assertThat(runWith("name: Star\n" + line + "\n")).isEqualTo(2);
    assertThat(error()).isEqualTo("inn: " + message + " See inn --help.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"- a\n", "name\n"})
  void aFileOfAnotherFormIsRefused(String text) throws Exception {
    assertThat(runWith(text)).isEqualTo(2);
    assertThat(error())
        .startsWith("inn: inn.yaml:1: write a flag and its value, as max-queue: 512");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "---\n"})
  void anEmptyFileSetsNothing(String text) throws Exception {
    assertThat(runWith(text, "--name", "x")).isZero();
  }

  @Test
  void aFileThatIsNotThereIsAFailure() {
    assertThat(run("--name", "x", "--config", file.toString())).isEqualTo(1);
    assertThat(error()).isEqualTo("inn: --config: there is no file inn.yaml.");
  }

  @Test
  void aVariableMayNameTheFile() throws Exception {
    Files.writeString(file, "name: Star\n");
    environment.put("GANGLION_INN_CONFIG", file.toString());
    assertThat(run()).as(this::error).isZero();
    assertThat(inn.name).isEqualTo("Star");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GANGLION_INN_BED   | GANGLION_INN_BED, which sets nothing: did you mean GANGLION_INN_BEDS?
          GANGLION_INN_ALARM | GANGLION_INN_ALARM, which sets nothing.
          GANGLION_BEDS      | GANGLION_BEDS, which no program reads: did you mean GANGLION_INN_BEDS?
          """)
  void aVariableThatSetsNothingIsRefused(String name, String message) {
    environment.put(name, "3");
    assertThat(run("--name", "x")).isEqualTo(2);
    assertThat(error()).isEqualTo("inn: The environment has " + message + " See inn --help.");
  }

  @Test
  void variablesOfOthersAreNotOurs() {
    environment.put("GANGLION_JAVA_OPTS", "-Xmx1g");
    environment.put("GANGLION_STABLE_BEDS", "9");
    environment.put("GANGLION_INN_STABLE_HORSES", "9");
    environment.put("BEDS", "9");
    assertThat(run("--name", "x")).as(this::error).isZero();
    assertThat(inn.rooms.beds).isEqualTo(7);
  }

  @Test
  void whatKubernetesSetsForAServiceOfOurNameIsNotOurs() {
    environment.put("GANGLION_INN_SERVICE_HOST", "10.0.0.1");
    environment.put("GANGLION_INN_SERVICE_PORT", "60061");
    environment.put("GANGLION_INN_SERVICE_PORT_GRPC", "60061");
    environment.put("GANGLION_INN_PORT", "tcp://10.0.0.1:60061");
    environment.put("GANGLION_INN_PORT_60061_TCP", "tcp://10.0.0.1:60061");
    environment.put("GANGLION_INN_PORT_60061_TCP_ADDR", "10.0.0.1");
    assertThat(run("--name", "x")).as(this::error).isZero();
  }

  @Test
  void aCommandBelowHasSettingsOfItsOwn() throws Exception {
    environment.put("GANGLION_INN_STABLE_HORSES", "4");
    environment.put("GANGLION_INN_BEDS", "no number, and not asked for");
    assertThat(run("--name", "x", "stable")).as(this::error).isZero();
    assertThat(Stable.seen).isEqualTo(4);
    environment.clear();
    Files.writeString(file, "horses: 6\n");
    assertThat(run("--name", "x", "stable", "--config", file.toString())).as(this::error).isZero();
    assertThat(Stable.seen).isEqualTo(6);
  }

  @Test
  void aValueThatTheProgramRefusesIsSaidWithItsOrigin() throws Exception {
    accident = new UsageException("--beds must be at least 1, and is 0.");
    assertThat(runWith("name: x\nbeds: 0\n")).isEqualTo(2);
    assertThat(error())
        .isEqualTo(
            "inn: --beds must be at least 1, and is 0 (--beds is set by inn.yaml:2). See inn"
                + " --help.");
    assertThat(run("--name", "x", "--beds", "0")).isEqualTo(2);
    assertThat(error()).isEqualTo("inn: --beds must be at least 1, and is 0. See inn --help.");
  }

  @Test
  void printConfigShowsEachSettingAndWhereItComesFrom() throws Exception {
    environment.put("GANGLION_INN_WINE", "red,white");
    environment.put("GANGLION_INN_KEY", "hunter2");
    assertThat(runWith("name: 'Star: 1'\nspan: [a, b]\n", "-b=5", "--open", "--print-config"))
        .as(this::error)
        .isZero();
    assertThat(out.toString(UTF_8).replace(file.toString(), "inn.yaml").replaceAll(" +#", " #"))
        .isEqualTo(
            """
            name: "Star: 1" # inn.yaml:1
            beds: 5 # -b
            stay: 2h # default
            # coal: not set
            # wood: not set
            # key: (secret) # GANGLION_INN_KEY
            wine: "red,white" # GANGLION_INN_WINE
            span: [a, b] # inn.yaml:2
            open: true # --open
            verbose: false # default
            """);
  }

  @Test
  void whatPrintConfigPrintsIsAConfigurationFile() throws Exception {
    assertThat(runWith("name: 'a \"b\\c'\n", "--wine", "x", "--print-config")).isZero();
    String printed = out.toString(UTF_8);
    assertThat(runWith(printed)).as(this::error).isZero();
    assertThat(inn.name).isEqualTo("a \"b\\c");
    assertThat(inn.wines).containsExactly("x");
  }

  @Test
  void argumentsMayStandInAFileOfTheirOwn() throws Exception {
    Path arguments = Files.writeString(folder.resolve("args"), "--name \"Old Star\"\n-b 2\n");
    assertThat(run("@" + arguments)).as(this::error).isZero();
    assertThat(inn.name).isEqualTo("Old Star");
    assertThat(inn.rooms.beds).isEqualTo(2);
  }

  @Test
  void helpNeedsNoSettings() throws Exception {
    environment.put("GANGLION_INN_ALARM", "1");
    assertThat(runWith("nonsense: 1\n", "--help")).isZero();
    assertThat(out.toString(UTF_8)).contains("--config=FILE", "GANGLION_INN_CONFIG", "@<filename>");
  }
}
