"use strict";
fetch("/docs/contracts.json")
  .then((answer) => answer.json())
  .then((urls) => {
    window.ui = SwaggerUIBundle({
      dom_id: "#contracts",
      urls,
      layout: "StandaloneLayout",
      presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
      deepLinking: true,
      persistAuthorization: true,
      validatorUrl: null,
    });
  });
