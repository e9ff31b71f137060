package dev.aicortex.http;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A method and a path template as OpenAPI writes it: {@code GET /v1/models/{id}}.
 *
 * @param method in capitals
 */
record HttpRoute(String method, String path) implements Comparable<HttpRoute> {
    /** Of what answers any method alike, the document has the one that clients use. */
    private static final List<String> WHATEVER = List.of("POST");

    private static final Pattern CHOICE = Pattern.compile("\\{\\w+:([\\w/]+(?:\\|[\\w/]+)+)}");

    /** Those that the gateway's resources serve. */
    static Set<HttpRoute> ofResources() {
        return new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("dev.aicortex")
                        .stream()
                        .filter(type -> type.isAnnotatedWith(Path.class) && !type.isInterface())
                        .map(JavaClass::reflect)
                        .flatMap(HttpRoute::of)
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<HttpRoute> of(Class<?> resource) {
        String base = resource.getAnnotation(Path.class).value();
        return Arrays.stream(resource.getMethods())
                .filter(method ->
                        method.isAnnotationPresent(Path.class) || verbs(method).count() > 0)
                .flatMap(method -> of(base, method));
    }

    private static Stream<HttpRoute> of(String base, Method method) {
        Path below = method.getAnnotation(Path.class);
        String path = "/" + base + "/" + (below == null ? "" : below.value());
        List<String> verbs = verbs(method).toList();
        return (verbs.isEmpty() ? WHATEVER : verbs)
                .stream()
                        .flatMap(verb ->
                                spelledOut(path)
                                        .map(one -> new HttpRoute(verb, withoutPatterns(one))));
    }

    /** A parameter that is one of several words, {@code {route:me|signout}}, word by word. */
    private static Stream<String> spelledOut(String path) {
        Matcher choice = CHOICE.matcher(path);
        return choice.find()
                ? Arrays.stream(choice.group(1).split("\\|")).map(choice::replaceFirst)
                : Stream.of(path);
    }

    private static Stream<String> verbs(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(verb -> verb != null)
                .map(HttpMethod::value);
    }

    /** Without the regular expressions of its parameters, and with single slashes. */
    private static String withoutPatterns(String path) {
        String plain = path.replaceAll("\\{\\s*(\\w+)\\s*:[^{}]*}", "{$1}").replaceAll("/+", "/");
        return plain.length() > 1 ? plain.replaceAll("/$", "") : plain;
    }

    /** The same path with GET. */
    HttpRoute get() {
        return new HttpRoute("GET", path);
    }

    @Override
    public int compareTo(HttpRoute other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
