package dev.aicortex.config;

import dev.aicortex.model.NearestNames;
import dev.aicortex.model.ValidationException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A configuration file in YAML: its values by key, and all that is wrong with it, with places. */
public final class ConfigFile {
    private static final String PREFIX = "cortex";
    private static final String FOREIGN = "quarkus";

    /** Of a name that needs no quotes in a key. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");

    /** What SmallRye puts a variable's or another key's value in place of. */
    private static final String EXPRESSION = "${";

    private final String name;
    private final String text;
    private final List<Setting> settings = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * One value.
     *
     * @param key with its prefix, the user's names in quotes where they need them
     * @param line from 1
     * @param column from 1
     */
    public record Setting(String key, String value, int line, int column) {
        /** The key as messages have it. */
        String told() {
            return key.replace("\"", "");
        }
    }

    private ConfigFile(String name, String text) {
        this.name = name;
        this.text = text;
    }

    /**
     * Reads a file, whatever is wrong with what it says.
     *
     * @throws ValidationException when it cannot be read
     */
    public static ConfigFile read(Path file) {
        try {
            return of(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static ValidationException unreadable(Path file, IOException cause) {
        return new ValidationException(
                "cortex.config: '%s' cannot be read; name a YAML file in UTF-8".formatted(file),
                cause);
    }

    /** The same of a text. */
    static ConfigFile of(String name, String text) {
        ConfigFile file = new ConfigFile(name, text);
        file.parse();
        return file;
    }

    String name() {
        return name;
    }

    String text() {
        return text;
    }

    /** In the order of the file. */
    List<Setting> settings() {
        return settings;
    }

    /** What is wrong, each as {@code file:line:column: key: …}. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** This file, unless something is wrong with it: one {@link ValidationException} for all. */
    ConfigFile checked() {
        if (!problems.isEmpty()) {
            throw new ValidationException(String.join("; ", problems));
        }
        return this;
    }

    /** A problem with the place of the key that it begins with, as far as the file has that. */
    public String located(String problem) {
        return settings.stream()
                .filter(each -> problem.startsWith(each.told()))
                .filter(each -> ends(problem, each.told().length()))
                .max(Comparator.comparingInt(each -> each.key().length()))
                .or(() -> settings.stream().filter(each -> isIn(each, problem)).findFirst())
                .map(each -> at(each.line(), each.column()) + problem)
                .orElse(problem);
    }

    private static boolean ends(String problem, int key) {
        return problem.length() == key || !Character.isLetterOrDigit(problem.charAt(key));
    }

    /** Whether the problem is one of a whole entry, which this is in. */
    private static boolean isIn(Setting setting, String problem) {
        int end = setting.told().lastIndexOf('.');
        return end > 0 && problem.startsWith(setting.told().substring(0, end) + ":");
    }

    private String at(int line, int column) {
        return "%s:%d:%d: ".formatted(name, line, column);
    }

    // ---- reading

    private void parse() {
        LoaderOptions limits = new LoaderOptions();
        limits.setMaxAliasesForCollections(0); // no file of ours needs them, and they may recur
        try {
            List<Node> documents = new ArrayList<>();
            new Yaml(new SafeConstructor(limits))
                    .composeAll(new StringReader(text))
                    .forEach(documents::add);
            if (documents.size() > 1) {
                problem(documents.get(1), "the file has more than one document; leave one");
            } else if (!documents.isEmpty()) {
                read(documents.getFirst(), root(), PREFIX);
            }
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            String place =
                    mark == null ? name + ": " : at(mark.getLine() + 1, mark.getColumn() + 1);
            String problem = String.valueOf(e.getProblem());
            problems.add( // what follows a star may be the beginning of a secret
                    place
                            + (problem.contains("alias")
                                    ? "no YAML: a value that begins with * needs quotes"
                                    : "no YAML: " + problem));
        } catch (YAMLException e) {
            problems.add("%s: no YAML: %s".formatted(name, e.getMessage()));
        }
    }

    /** Keys stand under {@code cortex:} or without it; Quarkus' own stand under theirs. */
    private static KeyShape.Group root() {
        KeyShape.Group all = KeyShape.all();
        NavigableMap<String, KeyShape> keys = new TreeMap<>(all.keys());
        keys.put(PREFIX, all);
        keys.put(FOREIGN, new KeyShape.Foreign());
        return new KeyShape.Group(keys);
    }

    private void read(Node node, KeyShape shape, String key) {
        boolean nothing = node.getTag().equals(Tag.NULL);
        switch (shape) {
            case KeyShape.Group(var keys) -> {
                if (!nothing) {
                    group(node, keys, key);
                }
            }
            case KeyShape.Entries(KeyShape each) -> {
                if (!nothing) {
                    mapping(node, key)
                            .forEach((name, entry) -> read(entry, each, key + "." + quoted(name)));
                }
            }
            case KeyShape.Foreign _ -> {
                if (node instanceof MappingNode) {
                    mapping(node, key)
                            .forEach((name, entry) -> read(entry, shape, key + "." + quoted(name)));
                } else {
                    list(node, new KeyShape.Value(String.class), key);
                }
            }
            case KeyShape.Many(KeyShape.Value each) -> list(node, each, key);
            case KeyShape.Value value ->
                    scalar(node, key)
                            .filter(text -> right(node, value, key, text))
                            .ifPresent(text -> set(node, key, text));
        }
    }

    private void group(Node node, NavigableMap<String, KeyShape> keys, String key) {
        mapping(node, key)
                .forEach((name, value) -> {
                    KeyShape shape = keys.get(name);
                    if (shape != null) {
                        boolean top = key.equals(PREFIX) && keys.containsKey(FOREIGN);
                        boolean whole = top && (name.equals(PREFIX) || name.equals(FOREIGN));
                        read(value, shape, whole ? name : key + "." + name);
                    }
                });
        unknown(node, keys, key);
    }

    private void unknown(Node node, NavigableMap<String, KeyShape> keys, String key) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                if (entry.getKeyNode() instanceof ScalarNode name
                        && !keys.containsKey(name.getValue())) {
                    String near =
                            NearestNames.of(name.getValue(), keys.keySet(), 1).stream()
                                    .findFirst()
                                    .map(other -> "did you mean %s?".formatted(other))
                                    .orElse("write one of " + String.join(", ", keys.keySet()));
                    problem(name, key + "." + name.getValue() + ": is no key; " + near);
                }
            }
        }
    }

    /** The entries of a mapping by name, each once. */
    private Map<String, Node> mapping(Node node, String key) {
        if (!(node instanceof MappingNode mapping)) {
            problem(node, key + ": it has keys of its own; write them below it, indented");
            return Map.of();
        }
        Map<String, Node> entries = new LinkedHashMap<>();
        Map<String, Integer> lines = new HashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            Node keyNode = entry.getKeyNode();
            if (!(keyNode instanceof ScalarNode scalar) || scalar.getValue().isEmpty()) {
                problem(keyNode, key + ": a key is a word; put it in quotes if need be");
                continue;
            }
            String name = scalar.getValue();
            Integer first = lines.putIfAbsent(name, line(keyNode));
            if (first != null) {
                problem(
                        keyNode,
                        "%s.%s: is there twice, first in line %d; leave one out"
                                .formatted(key, name, first));
            } else {
                entries.put(name, entry.getValueNode());
            }
        }
        return entries;
    }

    private void list(Node node, KeyShape.Value each, String key) {
        if (!(node instanceof SequenceNode sequence)) {
            scalar(node, key).ifPresent(text -> set(node, key, text));
            return;
        }
        List<String> values = new ArrayList<>();
        for (Node element : sequence.getValue()) {
            scalar(element, key)
                    .filter(text -> right(element, each, key, text))
                    .ifPresent(text -> values.add(escaped(text)));
        }
        set(node, key, String.join(",", values));
    }

    private Optional<String> scalar(Node node, String key) {
        if (!(node instanceof ScalarNode scalar)) {
            problem(node, key + ": it takes a value, not keys or a list; write the value alone");
            return Optional.empty();
        }
        if (node.getTag().equals(Tag.NULL)) {
            problem(node, key + ": has no value; write one, or leave the key out");
            return Optional.empty();
        }
        return Optional.of(scalar.getValue());
    }

    private void set(Node node, String key, String value) {
        settings.add(new Setting(key, value, line(node), column(node)));
    }

    /** Whether a value is of its type; what is not is no setting. */
    private boolean right(Node node, KeyShape.Value shape, String key, String text) {
        Optional<String> wrong = text.contains(EXPRESSION) ? Optional.empty() : shape.problem(text);
        wrong.ifPresent(problem -> problem(node, "%s: '%s' %s".formatted(key, text, problem)));
        return wrong.isEmpty();
    }

    private void problem(Node node, String problem) {
        problems.add(at(line(node), column(node)) + problem.replace("\"", ""));
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private static int column(Node node) {
        return node.getStartMark().getColumn() + 1;
    }

    /** A user's name as a part of a key. */
    static String quoted(String name) {
        return PLAIN.matcher(name).matches() ? name : '"' + name.replace("\"", "\\\"") + '"';
    }

    /** A value of a list, in which commas part the values. */
    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace(",", "\\,");
    }
}
