package io.ganglion.compiler.cli;

import java.util.concurrent.Callable;

/**
 * A command that is not in every program, found by {@link java.util.ServiceLoader}. It is a class
 * with picocli's annotations and a public constructor.
 */
public interface BroughtCommand extends Callable<Integer> {}
