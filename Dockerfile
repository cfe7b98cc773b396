# The worker, as a supervisor runs it: compiled code and production packages, nothing to build at start. Debian, not Alpine:
# Temporal's native module needs glibc.
FROM node:22.20.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:22.20.0-bookworm-slim
# Temporal's native module reads the system's certificates, which the slim image lacks.
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
# Not through npm or npx: they do not hand SIGTERM on.
CMD ["node", "dist/cli/main.js", "worker"]
