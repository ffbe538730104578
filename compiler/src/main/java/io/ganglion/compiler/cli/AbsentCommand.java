package io.ganglion.compiler.cli;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.NeedsTensorFlow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Stands in the place of a command that this program does not have, and says where it is. */
@Command(
    description = "Needs TensorFlow: " + NeedsTensorFlow.PROGRAM + " has it.",
    footer = {"Example:", "  " + NeedsTensorFlow.PROGRAM + " COMMAND --help"})
final class AbsentCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  /** Whatever the command would take. */
  @Unmatched
  @SuppressWarnings("UnusedVariable") // so that picocli does not refuse it
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws CompileException {
    throw NeedsTensorFlow.failure(spec.qualifiedName());
  }
}
