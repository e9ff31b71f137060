/** Holds the simulated servers to the recorded exchanges, to their faults and to their counters. */
package dev.aicortex.simulator;
