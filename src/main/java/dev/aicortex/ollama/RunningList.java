package dev.aicortex.ollama;

import java.util.List;

/** What {@code GET /api/ps} answers: the models that are in a server's memory. */
public record RunningList(List<RunningModel> running) {}
