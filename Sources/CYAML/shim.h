#ifndef INPUTS_CYAML_SHIM_H
#define INPUTS_CYAML_SHIM_H

#include <yaml.h>

#endif
