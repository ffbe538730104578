package io.ganglion.compiler.cli;

import io.ganglion.compiler.CompileException;

/** The flags of the settings that failures name. */
public final class SettingFlags {
  private SettingFlags() {}

  /** The same failure, with the flag of what to set at the end of its sentence. */
  public static CompileException named(CompileException e) {
    CompileException.Remedy remedy = e.remedy();
    if (remedy == null) {
      return e;
    }
    String message = String.valueOf(e.getMessage()).replaceFirst("\\.$", "");
    return new CompileException(message + " (" + flag(remedy) + ").", e);
  }

  private static String flag(CompileException.Remedy setting) {
    return switch (setting) {
      case VOCABULARY -> "--vocab FILE";
      case ANY_COUNTS -> "--any-counts";
    };
  }
}
