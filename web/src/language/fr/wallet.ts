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
  noAmount: "Ce n'est pas un montant comme 0.1, 0.1 RLC ou 500 nRLC.",
  tooMuch: {
    deposit: 'Trop pour un dépôt sur le marché : le portefeuille a {{most}}.',
    withdraw: 'Trop pour un retrait : {{most}} sont libres sur le marché.',
  },
  cost: {
    noOrders: 'Personne ne vend cela pour le moment. Le prix apparaîtra dès que ce sera le cas.',
    app: 'Au propriétaire de l’application',
    workerpool: 'Au workerpool et à ses workers',
    dataset: 'Au propriétaire du jeu de données',
    total: 'Prix',
    gas: 'Frais de la chaîne, environ',
    coins: '{{amount}} {{coin}}',
    back: 'Sans résultat à temps, le prix est remboursé. Si les workers s’accordent que l’application a échoué, ils sont payés quand même.',
    asks: 'Votre portefeuille vous demandera de confirmer :',
    switch: 'le passage à la chaîne {{chain}}',
    deposit: 'le transfert de {{amount}} vers le marché',
    sign: 'votre signature de la demande',
    send: 'l’achat lui-même',
    tooLittle:
      'Pas assez de RLC : l’exécution coûte {{total}}, et vous avez {{stake}} sur le marché et {{outside}} dans le portefeuille.',
  },
}
