/**
 * Back ends for NeuronCores: the encoder as an HLO module (inf2, trn1, trn2) or as a frozen
 * GraphDef (inf1), the vendor's compilers, and what comes of them. Sees none of TensorFlow's types.
 */
@NullMarked
package io.ganglion.compiler.backend.neuron;

import org.jspecify.annotations.NullMarked;
