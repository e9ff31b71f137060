package dev.aicortex.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.handlers.ClassRoutingHandler;
import org.jboss.resteasy.reactive.server.handlers.RestInitialHandler.InitialMatch;
import org.jboss.resteasy.reactive.server.mapping.RequestMapper;
import org.jboss.resteasy.reactive.server.mapping.RequestMapper.RequestMatch;
import org.jboss.resteasy.reactive.server.mapping.RequestMapper.RequestPath;
import org.jboss.resteasy.reactive.server.spi.ServerRestHandler;

/** The methods that the path of a request takes, which quarkus-rest knows and does not tell. */
final class AllowedMethods {
    private AllowedMethods() {}

    /** For the header {@code Allow}. */
    static String of(ResteasyReactiveRequestContext request) {
        Set<String> methods = new TreeSet<>();
        for (RequestPath<InitialMatch> resource : request.getDeployment().getClassMappers()) {
            RequestMatch<InitialMatch> match =
                    new RequestMapper<>(new ArrayList<>(List.of(resource)))
                            .map(request.getPathWithoutPrefix());
            if (match != null) {
                for (ServerRestHandler handler : match.value.handlers) {
                    if (handler instanceof ClassRoutingHandler routes) {
                        add(methods, routes, match.remaining.isEmpty() ? "/" : match.remaining);
                    }
                }
            }
        }
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        methods.add("OPTIONS");
        return String.join(", ", methods);
    }

    private static void add(Set<String> methods, ClassRoutingHandler routes, String path) {
        routes.getMappers()
                .forEach((method, mapper) -> {
                    if (method != null && mapper.map(path) != null) {
                        methods.add(method);
                    }
                });
    }
}
