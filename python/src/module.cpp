#include "module.hpp"

namespace py = pybind11;

PYBIND11_MODULE(_engine, m) {
  using namespace haulwatch::python;
  m.doc() = "The compiled half of haulwatch: what the package's own modules stand on. Not for direct use.";
  m.attr("version") = HAULWATCH_VERSION;
  bind_errors(m);
  bind_inputs(m);
  bind_tables(m);
  bind_set_up(m);
  bind_replay(m);
  bind_worlds(m);
  bind_explain(m);
}
