/**
 * Back ends for NeuronCores: writes the encoder as an HLO module (inf2, trn1, trn2) or as a frozen
 * GraphDef (inf1), runs the vendor's compilers and checks their results. Uses no types of
 * TensorFlow.
 */
@NullMarked
package io.ganglion.compiler.backend.neuron;

import org.jspecify.annotations.NullMarked;
