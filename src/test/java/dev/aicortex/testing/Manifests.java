package dev.aicortex.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The Kubernetes manifests of the repository, as they are written and not as they are rendered. */
public final class Manifests {
    /** What every overlay starts from. */
    public static final Path BASE = Path.of("k8s/base");

    /** The one that brings servers along. */
    public static final Path OLLAMA = Path.of("k8s/overlays/ollama");

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private Manifests() {}

    /** The YAML files under {@code folder}, at any depth. */
    public static List<Path> files(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The documents of one file. */
    public static List<JsonNode> documents(Path file) {
        try (MappingIterator<JsonNode> all =
                YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
            return all.readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every document under {@code folder}. */
    public static List<JsonNode> documents(Path folder, String kind) {
        return files(folder).stream()
                .flatMap(file -> documents(file).stream())
                .filter(document -> document.path("kind").asText().equals(kind))
                .toList();
    }

    /** The only document of this kind under {@code folder}. */
    public static JsonNode only(Path folder, String kind) {
        List<JsonNode> found = documents(folder, kind);
        if (found.size() != 1) {
            throw new IllegalStateException("%d of %s in %s".formatted(found.size(), kind, folder));
        }
        return found.getFirst();
    }

    /** What starts pods: Deployments and StatefulSets. */
    public static List<JsonNode> workloads() {
        Path all = Path.of("k8s");
        return Stream.of("Deployment", "StatefulSet")
                .flatMap(kind -> documents(all, kind).stream())
                .toList();
    }

    /** The pod that a workload starts. */
    public static JsonNode pod(JsonNode workload) {
        return workload.at("/spec/template/spec");
    }

    /** The documents of an overlay as kubectl would apply them. */
    public static List<JsonNode> rendered(Path folder) {
        try {
            Process kubectl =
                    new ProcessBuilder("kubectl", "kustomize", folder.toString())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            try (MappingIterator<JsonNode> all =
                    YAML.readerFor(JsonNode.class).readValues(kubectl.getInputStream())) {
                return all.readAll();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The elements of an array; none when there is no such array. */
    public static List<JsonNode> items(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    /** The element that is called {@code name}. */
    public static JsonNode named(JsonNode array, String name) {
        return items(array).stream()
                .filter(item -> item.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no %s in %s".formatted(name, array)));
    }

    /** Names and values of {@code NAME=value} lines, comments left out. */
    public static Map<String, String> settings(Stream<String> lines) {
        Map<String, String> settings = new TreeMap<>();
        lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split("=", 2))
                .forEach(setting -> settings.put(setting[0], setting[1]));
        return settings;
    }

    /** The base's settings. */
    public static Map<String, String> baseSettings() {
        try (Stream<String> lines = Files.lines(BASE.resolve("aicortex.env"))) {
            return settings(lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the overlay in {@code folder} changes of them. */
    public static Map<String, String> settings(Path folder) {
        JsonNode kustomization = documents(folder.resolve("kustomization.yaml")).getFirst();
        return settings(
                items(kustomization.path("configMapGenerator")).stream()
                        .flatMap(generator -> items(generator.path("literals")).stream())
                        .map(JsonNode::asText));
    }
}
