/** What {@code bench/catalogue} measures; no unit test is timed. */
package dev.aicortex.benchmarks;
