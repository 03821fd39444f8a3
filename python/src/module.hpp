#pragma once

#include <pybind11/pybind11.h>

namespace haulwatch::python {

// Each adds its part of `haulwatch._engine`.
void bind_errors(pybind11::module_& m);
void bind_inputs(pybind11::module_& m);
void bind_tables(pybind11::module_& m);
void bind_set_up(pybind11::module_& m);
void bind_replay(pybind11::module_& m);
void bind_worlds(pybind11::module_& m);
void bind_explain(pybind11::module_& m);

}  // namespace haulwatch::python
