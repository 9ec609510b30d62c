// French words of the wallet.
import type { Words } from '../words.ts'

/** Words of the wallet. */
export const wallet: Words['wallet'] = {
  connect: 'Connecter un portefeuille',
  choose: 'Choisir un portefeuille',
  yours: 'Votre portefeuille',
  none: "Aucun portefeuille ne s'est annoncé à cette page. Installez-en un comme extension de votre navigateur, déverrouillez-le, puis revenez.",
  confirm: 'Confirmez dans votre portefeuille…',
  account: 'Compte',
  disconnect: 'Déconnecter',
  stake: 'Sur le marché',
  locked: 'Bloqué par des deals et des tâches',
  outside: 'Dans le portefeuille',
  amount: 'Montant en RLC',
  deposit: 'Déposer sur le marché',
  withdraw: 'Retirer',
  most: 'Tout : {{amount}}',
}
