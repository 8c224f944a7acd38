"""The address of one page for each template."""

TEMPLATES = {
    "home": "",
    "catalogue": "networks/",
    "short network": "networks/lenet-5/",
    "network with branches and side outputs": "networks/googlenet/",
    "deep network": "networks/resnet-152/",
    "family": "networks/resnet/",
    "list": "networks/by-year/",
    "missing": "404.html",
    "compare": "compare/?n=resnet-50,vgg-16,lenet-5",
    "method": "method/",
    "confusion": "method/units/",
    "published figures": "method/claims/",
    "layers": "layers/",
    "layer": "layers/conv/",
    "tutorial": "add-a-network/",
    "language": "definitions/",
    "keys": "definition-reference/",
    "data": "api/",
    "citing": "cite-and-export/",
}
