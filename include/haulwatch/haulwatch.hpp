#pragma once

/// The one include of a service that embeds haulwatch: the vocabulary, the registry, the engine and the doors.

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/engine/default_pipeline.hpp>
#include <haulwatch/engine/default_replay.hpp>
#include <haulwatch/engine/fleet_sink.hpp>
#include <haulwatch/error.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/io/default_settings.hpp>
#include <haulwatch/io/event_writer.hpp>
#include <haulwatch/io/geojson_writer.hpp>
#include <haulwatch/io/manifest_reader.hpp>
#include <haulwatch/io/recording.hpp>
#include <haulwatch/io/registry_reader.hpp>
#include <haulwatch/io/track_reader.hpp>
#include <haulwatch/io/track_writer.hpp>
#include <haulwatch/io/wire.hpp>
#include <haulwatch/manifest.hpp>
#include <haulwatch/registry/registry.hpp>
#include <haulwatch/verdict.hpp>
