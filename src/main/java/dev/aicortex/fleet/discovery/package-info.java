/**
 * Servers that nobody names: pods of Kubernetes and addresses of DNS names. What is found goes as
 * keys below {@code cortex.server} into the configuration in force, and so into the fleet. Nothing
 * here is touched unless {@code cortex.discovery} is set.
 */
@NullMarked
package dev.aicortex.fleet.discovery;

import org.jspecify.annotations.NullMarked;
