package dev.aicortex.http;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A method and a path template as OpenAPI writes it: {@code GET /v1/models/{id}}.
 *
 * @param method in capitals
 */
record HttpRoute(String method, String path) implements Comparable<HttpRoute> {
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
                .flatMap(method -> verbs(method).map(verb -> of(verb, base, method)));
    }

    private static Stream<String> verbs(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(verb -> verb != null)
                .map(HttpMethod::value);
    }

    private static HttpRoute of(String verb, String base, Method method) {
        Path below = method.getAnnotation(Path.class);
        String path = "/" + base + "/" + (below == null ? "" : below.value());
        return new HttpRoute(verb, withoutPatterns(path));
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
