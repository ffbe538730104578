package io.ganglion.cli.pairs;

import org.jspecify.annotations.Nullable;

/**
 * One or two texts, and their label where the file has labels.
 *
 * @param line its line in the file, from 1
 * @param textA not empty
 * @param textB not empty; null in a file of single texts
 * @param label null in a file without labels
 */
public record PairRow(long line, String textA, @Nullable String textB, @Nullable Label label) {}
