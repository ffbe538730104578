package io.ganglion.compiler;

/**
 * What a program without TensorFlow says to whoever asks for something that needs it. All that
 * needs it is in the program {@link #PROGRAM}, which has the same commands.
 */
public final class NeedsTensorFlow {
  /** The program with TensorFlow. */
  public static final String PROGRAM = "compiler-tensorflow";

  private NeedsTensorFlow() {}

  /**
   * The failure, one sentence.
   *
   * @param what its subject
   */
  public static CompileException failure(String what) {
    return new CompileException(sentence(what));
  }

  /** The sentence alone. */
  public static String sentence(String what) {
    return what
        + " needs TensorFlow, which this program does not contain; give the same command to "
        + PROGRAM
        + ".";
  }
}
