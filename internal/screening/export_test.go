package screening

// Provision is for the tests.
var Provision = provision
