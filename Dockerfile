# AI Cortex as an image: the program, the part of Java that it uses, and the AOT cache trained for that very Java.
#
#     docker build -t aicortex:0.1.0 .
#     docker run --rm -p 127.0.0.1:11435:11435 -e CORTEX_AUTH=none aicortex:0.1.0 --demo
#     docker run -d -p 127.0.0.1:11435:11435 -e CORTEX_KEYS_ME=a-secret -e CORTEX_SERVERS=http://gpu-a:11434 -v aicortex:/data \
#         --read-only --tmpfs /tmp --cap-drop ALL --stop-timeout 60 aicortex:0.1.0
#
# In a container it listens on all addresses, so it asks for a key and does not start without one, unless CORTEX_AUTH=none.
# `docker stop` waits 10 s by itself; a running answer may take longer to finish.

FROM eclipse-temurin:25-jdk-noble AS build
# mvnw fetches Maven with it; the image brings nothing that could.
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY src/main src/main
# The cache is trained below, with the runtime that ships.
RUN --mount=type=cache,target=/root/.m2 ./mvnw -B -ntp package -Dmaven.test.skip -Dexec.skip
# What jdeps names for the jars that run, without the compiler, the desktop and scripting, which only unused corners of
# libraries ask for; and zipfs and net, which are found by service: without zipfs Quarkus cannot read its own jars.
RUN jlink --output target/quarkus-app/runtime --no-header-files --no-man-pages --compress zip-6 \
    --add-modules java.base,java.logging,java.management,java.naming,java.net.http,java.rmi,java.security.jgss,java.sql,java.transaction.xa,java.xml,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs

FROM debian:trixie-slim
LABEL org.opencontainers.image.title="AI Cortex" \
    org.opencontainers.image.description="One endpoint over a fleet of Ollama servers" \
    org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin aicortex \
    && install -d -o 10001 -g 10001 /data /data/catalogue
COPY LICENSE /opt/aicortex/
COPY --from=build /build/target/quarkus-app /opt/aicortex
# Run where it will run: the cache holds the paths and times of the jars, and a base that cannot run it fails the build.
RUN --mount=type=bind,source=src/main/launcher,target=/launcher \
    cd /tmp && sh /launcher/install.sh /opt/aicortex && rm -rf /tmp/*

# Here a config/application.properties is looked for.
WORKDIR /opt/aicortex
USER 10001:10001
ENV QUARKUS_HTTP_HOST=0.0.0.0 \
    CORTEX_CATALOGUE_DIR=/data/catalogue \
    CORTEX_DATABASE_URL=sqlite:/data/aicortex.db
EXPOSE 11435
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["/opt/aicortex/aicortex", "health"]
ENTRYPOINT ["/opt/aicortex/aicortex"]
