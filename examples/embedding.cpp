// The least program around the library: load a registry, push fixes as they arrive, get events.

#include <haulwatch/haulwatch.hpp>

#include <iostream>

struct Printer : haulwatch::Sink {
  void on_event(const haulwatch::Event& event) override {
    std::string line;
    haulwatch::io::append_json(line, event);
    std::cout << line << '\n';
  }
};

int main(int argc, char** argv) {
  const auto registry = argc > 1 ? haulwatch::io::load_registry(argv[1]) : haulwatch::registry::Registry::none();
  Printer printer;
  haulwatch::Engine engine{registry, haulwatch::default_chain(), {}, printer};

  const haulwatch::VehicleIndex truck = engine.vehicle("ZF-101");
  auto clock = haulwatch::TimeUtc{std::chrono::sys_days{std::chrono::March / 12 / 2026}};
  for (int i = 0; i < 60; ++i, clock += std::chrono::seconds{10}) {
    haulwatch::Fix fix;
    fix.vehicle = truck;
    fix.time = clock;
    fix.position = {121.0 + (i < 30 ? 0.001 * i : 0.03), 30.7};  // drives east for five minutes, then stands
    fix.speed_mps = i < 30 ? 9.6F : 0.0F;
    engine.push(fix);
    engine.advance({clock});  // a live host says how late it is
  }
  engine.finish();
}
