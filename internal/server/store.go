package server

const keepInstallation = `INSERT INTO installation (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING`

const readInstallation = `SELECT value FROM installation WHERE name = :name`
