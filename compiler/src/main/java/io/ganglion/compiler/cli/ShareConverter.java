package io.ganglion.compiler.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a share written as 0.99, 99% or 99. */
final class ShareConverter implements ITypeConverter<Double> {
  @Override
  public Double convert(String text) {
    try {
      boolean percent = text.endsWith("%");
      double value = Double.parseDouble(percent ? text.substring(0, text.length() - 1) : text);
      double share = percent || value > 1 ? value / 100 : value;
      if (share >= 0 && share <= 1) {
        return share;
      }
    } catch (NumberFormatException e) {
      throw new TypeConversionException("a share is like 0.99 or 99%, not '" + text + "'");
    }
    throw new TypeConversionException("a share is from 0 to 1, or 0% to 100%: '" + text + "'");
  }
}
