/**
 * One picocli class a command. Most ask a running AI Cortex over HTTP ({@code GatewayCommand});
 * those of the catalogue's files work on its folder by themselves ({@code FolderCommand}).
 */
@NullMarked
package dev.aicortex.cli;

import org.jspecify.annotations.NullMarked;
